import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { AppError, asAppError } from '#base/errors.js';
import { fileProblem } from './file-problem.js';

/** A larger member is not a model: it is refused before anything is written. */
const MOST_BYTES = 2e9;

/**
 * Unpacks one file of a zip archive: the one of that name, in whatever folder, and no other.
 * @throws AppError `data-loss` when the archive is damaged, has no or several such files, or one that is too large; nothing is left.
 */
export async function unpackMember(archive: string, member: string, target: string): Promise<void> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(archive, { autoClose: false });
    const entry = await findMember(zip, archive, member);
    await pipeline(
      await zip.openReadStreamPromise(entry),
      checkedBy(entry),
      createWriteStream(target, { flush: true }),
    );
  } catch (thrown) {
    await rm(target, { force: true });
    const known = thrown instanceof AppError ? thrown : fileProblem(thrown, target);
    if (known !== null) throw known;
    const said = asAppError(thrown).message;
    throw new AppError('data-loss', `${path.basename(archive)} is not a whole zip archive: ${said}`, { cause: thrown });
  } finally {
    zip?.close();
  }
}

async function findMember(zip: ZipFile, archive: string, member: string): Promise<Entry> {
  const found: Entry[] = [];
  for await (const entry of zip.eachEntry()) if (path.posix.basename(entry.fileName) === member) found.push(entry);
  const name = path.basename(archive);
  if (found.length !== 1)
    throw new AppError('data-loss', `${name} has ${found.length} files called ${member}; one is needed`);
  const [entry] = found;
  if (entry.uncompressedSize > MOST_BYTES)
    throw new AppError('data-loss', `${member} of ${name} has ${entry.uncompressedSize} bytes, more than any model`);
  return entry;
}

/** Passes the bytes on and fails at their end where they are not those that were packed; the reader checks their number only. */
function checkedBy(entry: Entry): Transform {
  let sum = 0;
  return new Transform({
    transform(piece: Buffer, _, done) {
      sum = crc32(piece, sum);
      done(null, piece);
    },
    flush(done) {
      done(sum === entry.crc32 ? null : new Error(`the checksum of ${entry.fileName} is wrong`));
    },
  });
}
