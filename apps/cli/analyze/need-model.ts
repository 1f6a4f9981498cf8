import { AppError, asAppError } from '#base/errors.js';
import { planOptions } from '#onnx/pipelines/plan-files.js';
import { modelsOf, planPipeline, type PipelineChoice } from '#onnx/pipelines/plan.js';
import type { CommandIo } from '../command.js';
import { ensureModel, installedRegistry } from '../internal/models.js';
import { systemSettings } from '../internal/system-settings.js';

/**
 * Has a model in place before anything is started; it is pulled where it is missing. Null: the default model.
 * @throws AppError `invalid-input` for an unknown id, and as `ensureModel`.
 */
export async function needModel(modelId: string | null, io: CommandIo): Promise<void> {
  const { settings } = systemSettings(io.environment, {});
  const { POSEWATCH_MODEL, POSEWATCH_MODELS_DIR: modelsDir } = settings;
  const { progress: onProgress, signal } = io;
  await ensureModel({ id: modelId ?? POSEWATCH_MODEL, modelsDir, from: null, onProgress, signal });
}

/**
 * The same for every model of a pipeline, and for the default model, which stands in for it.
 * @throws AppError `invalid-input` for an id that is unknown or finds no joints, and as `ensureModel`, with how to get the models.
 */
export async function needPipeline({ profile, modelId }: PipelineChoice, io: CommandIo): Promise<void> {
  const { settings } = systemSettings(io.environment, {});
  const choice = { profile, modelId: modelId ?? (profile === 'fast' ? settings.POSEWATCH_MODEL : null) };
  const registry = await installedRegistry(settings.POSEWATCH_MODELS_DIR);
  const plan = planPipeline(choice, registry, planOptions(settings));
  await needModel(null, io);
  for (const { id } of modelsOf(plan)) {
    try {
      await needModel(id, io);
    } catch (thrown) {
      const { kind, message } = asAppError(thrown);
      if (profile === 'fast' || kind === 'cancelled') throw thrown;
      const hint = `Profile ${profile} needs it; from a folder: ./posewatch models pull ${profile} --from DIR`;
      throw new AppError(kind, `${message} ${hint}`, { cause: thrown });
    }
  }
}
