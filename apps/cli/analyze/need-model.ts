import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import { modelById, readManifest } from '#onnx/manifest.js';
import { modelPath } from '#onnx/pull.js';
import { installRoot } from '../internal/install-root.js';
import { systemSettings } from '../internal/system-settings.js';

/**
 * Makes sure that the model is known and installed before anything is started.
 * @throws AppError `invalid-input` for an unknown id, `unavailable` with the command that installs it.
 */
export async function needModel(
  modelId: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { settings } = systemSettings(environment, {});
  const manifest = await readManifest(path.join(installRoot(), 'models', 'manifest.json'));
  const { id } = modelById(manifest, modelId ?? settings.POSEWATCH_MODEL);
  if (existsSync(modelPath(settings.POSEWATCH_MODELS_DIR, id))) return;
  throw new AppError(
    'unavailable',
    `The model ${id} is not installed in ${settings.POSEWATCH_MODELS_DIR}. Install it with: ./posewatch models pull ${id}`,
  );
}
