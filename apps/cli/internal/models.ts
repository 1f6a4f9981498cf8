import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { modelById } from '#onnx/manifest.js';
import { ensureModel as ensure, type InstalledModel } from '#onnx/pull.js';
import { openRegistry, type Registry } from '#onnx/registry.js';
import { DownloadBar } from './download-bar.js';
import { installRoot } from './install-root.js';
import { packTarball } from './npm-pack.js';

/** The manifest of the product's own models. */
export function builtInManifest(): string {
  return path.join(installRoot(), 'models', 'manifest.json');
}

/** The models that this installation knows, and those that people added to the models folder. */
export function installedRegistry(modelsDir: string): Promise<Registry> {
  return openRegistry(modelsDir, builtInManifest());
}

/** Which model to have, and where. */
export interface ModelWanted {
  readonly id: string;
  readonly modelsDir: string;
  /** Folder to take files from instead of the network; null for none. */
  readonly from: string | null;
  /** As in `PullOptions`. */
  readonly keepSources?: boolean;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The installed model; where it is missing or damaged, it is fetched and converted first. Costs 50 ms when it is there.
 * @throws AppError `invalid-input` for an unknown id, and as `libs/onnx/pull.ts` says.
 */
export async function ensureModel(wanted: ModelWanted): Promise<InstalledModel> {
  const { id, modelsDir, from, keepSources = false, onProgress, signal } = wanted;
  const entry = modelById(await installedRegistry(modelsDir), id);
  const bar = process.stderr.isTTY ? new DownloadBar(process.stderr, systemClock) : null;
  const line = (text: string): void => {
    bar?.clear();
    onProgress(text);
  };
  const downloadsDir = path.join(modelsDir, '.downloads');
  const how = { entry, modelsDir, downloadsDir, from, keepSources, packTarball, onProgress: line, signal };
  try {
    if (bar === null) return await ensure(how);
    return await ensure({
      ...how,
      onBytes: (progress) => {
        bar.draw(progress);
      },
    });
  } finally {
    bar?.clear();
  }
}
