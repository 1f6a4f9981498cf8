import path from 'node:path';
import { ensureModel as ensure, type InstalledModel } from '#onnx/pull.js';
import { modelById } from '#onnx/manifest.js';
import { openRegistry, type Registry } from '#onnx/registry.js';
import { installRoot } from './install-root.js';
import { packTarball } from './npm-pack.js';

/** The models that this installation knows, and those that people added to the models folder. */
export function installedRegistry(modelsDir: string): Promise<Registry> {
  return openRegistry(modelsDir, path.join(installRoot(), 'models', 'manifest.json'));
}

/** Which model to have, and where. */
export interface ModelWanted {
  readonly id: string;
  readonly modelsDir: string;
  /** Folder to take files from instead of the network; null for none. */
  readonly from: string | null;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The installed model; where it is missing or damaged, it is fetched and converted first. Costs 50 ms when it is there.
 * @throws AppError `invalid-input` for an unknown id, and as `libs/onnx/pull.ts` says.
 */
export async function ensureModel(wanted: ModelWanted): Promise<InstalledModel> {
  const entry = modelById(await installedRegistry(wanted.modelsDir), wanted.id);
  const { modelsDir, from, onProgress, signal } = wanted;
  const downloadsDir = path.join(modelsDir, '.downloads');
  return ensure({ entry, modelsDir, downloadsDir, from, packTarball, onProgress, signal });
}
