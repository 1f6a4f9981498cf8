import path from 'node:path';
import { AppError, errorCode } from '#base/errors.js';

/** What the codes of the operating system mean for a file that is written. */
const reasons: Readonly<Record<string, string | undefined>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "the user's disk quota is used up",
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'part of the path is a file',
  EISDIR: 'there is a folder of that name',
};

/** A failure to write `file` as an error that says what to do; null for any other failure, such as one of the network. */
export function fileProblem(thrown: unknown, file: string): AppError | null {
  const reason = reasons[errorCode(thrown) ?? ''];
  if (reason === undefined) return null;
  const folder = path.dirname(file);
  return new AppError(
    'unavailable',
    `${path.basename(file)} cannot be written to ${folder}: ${reason}. Make room or rights there, or name another folder with POSEWATCH_MODELS_DIR.`,
    { cause: thrown, details: { isLocal: true } },
  );
}
