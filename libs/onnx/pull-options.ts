import type { ModelEntry } from './manifest.js';

/** Which model to install, from where and to where. */
export interface PullOptions {
  readonly entry: ModelEntry;
  /** Folder of installed models. */
  readonly modelsDir: string;
  /** Folder that downloads are kept in until they are installed, so that an attempt that broke off goes on; on the same disk. */
  readonly downloadsDir: string;
  /** Folder to take files from (the installed file, its sources or their archive) instead of the network; null for none. */
  readonly from: string | null;
  /** Leaves the source files in `downloadsDir`, for tests that compare with them; default: they are removed. */
  readonly keepSources?: boolean;
  /** Which proxy to use, in the names of an environment; default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Packs an npm package into `folder` and resolves with the tarball's path. */
  readonly packTarball: (spec: string, folder: string, signal: AbortSignal) => Promise<string>;
  /** One line for a person about what happens now. */
  readonly onProgress: (line: string) => void;
  /** How far a download is, with every piece; default: a line for each quarter. */
  readonly onBytes?: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

/** How far the download of one file is. `total` null: the server does not say. */
export interface PullProgress {
  readonly text: string;
  readonly bytes: number;
  readonly total: number | null;
}

const QUARTERS = 4;
const LINE_EVERY_BYTES = 10e6;

/** Says how far a download is in few lines: one for each quarter, or for each 10 MB where the size is not known. */
export function progressLines(line: (text: string) => void): (progress: PullProgress) => void {
  let [current, told] = ['', 0];
  return ({ text, bytes, total }) => {
    if (current !== text) [current, told] = [text, 0];
    const steps = Math.floor(total === null ? bytes / LINE_EVERY_BYTES : (bytes / total) * QUARTERS);
    if (steps <= told) return;
    told = steps;
    line(`${text} ${total === null ? `${(bytes / 1e6).toFixed(1)} MB` : `${(steps * 100) / QUARTERS} %`}`);
  };
}
