import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Path of a file in the models folder of this machine (POSEWATCH_MODELS_DIR, else `~/.cache/posewatch/models`), or null. */
export function installedFile(name: string): string | null {
  const { POSEWATCH_MODELS_DIR, XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const file = path.join(POSEWATCH_MODELS_DIR ?? path.join(cache, 'posewatch', 'models'), name);
  return existsSync(file) ? file : null;
}

/** Path of a pulled model where this machine has it, or null. */
export function installedModel(id: string): string | null {
  return installedFile(`${id}.onnx`);
}
