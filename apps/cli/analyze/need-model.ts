import type { CommandIo } from '../command.js';
import { ensureModel } from '../internal/models.js';
import { systemSettings } from '../internal/system-settings.js';

/**
 * Has the model in place before anything is started; it is pulled where it is missing.
 * @throws AppError `invalid-input` for an unknown id, and as `ensureModel`.
 */
export async function needModel(modelId: string | null, io: CommandIo): Promise<void> {
  const { settings } = systemSettings(io.environment, {});
  const { POSEWATCH_MODEL, POSEWATCH_MODELS_DIR: modelsDir } = settings;
  const { progress: onProgress, signal } = io;
  await ensureModel({ id: modelId ?? POSEWATCH_MODEL, modelsDir, from: null, onProgress, signal });
}
