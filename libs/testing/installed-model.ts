import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Path of a pulled model where this machine has it (POSEWATCH_MODELS_DIR, else `~/.cache/posewatch/models`), or null. */
export function installedModel(id: string): string | null {
  const { POSEWATCH_MODELS_DIR, XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const file = path.join(POSEWATCH_MODELS_DIR ?? path.join(cache, 'posewatch', 'models'), `${id}.onnx`);
  return existsSync(file) ? file : null;
}
