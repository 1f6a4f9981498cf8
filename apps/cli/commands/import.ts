import { readFile, stat } from 'node:fs/promises';
import { systemClock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import type { ImportedSequence } from '#evaluation/imports/imported-sequence.js';
import { readImport } from '#evaluation/imports/read-import.js';
import { importedTotals, importId, importTracks, type ImportOutcome } from '#storage/imports.js';
import { Progress } from '../analyze/progress.js';
import type { Command, CommandIo } from '../command.js';
import { keepPicture, type KeptPicture } from '../import/picture.js';
import { IMPORT_USAGE, importRequest, type ImportRequest } from '../import/request.js';
import { withSystem, type Connected } from '../internal/connected.js';

async function contentOf(file: string, mostBytes: number): Promise<Buffer> {
  const { size } = await stat(file);
  if (size <= mostBytes) return readFile(file);
  throw new AppError(
    'unavailable',
    `${file} has ${size} bytes; the largest file that is imported has ${mostBytes} (POSEWATCH_IMPORT_MAX_BYTES).`,
  );
}

/** The sequence of a file. What is wrong with the content is no wrong usage: it is said here, without the usage. */
function sequenceOf(content: Buffer, { file, format }: ImportRequest, io: CommandIo): ImportedSequence {
  try {
    return readImport(content.toString('utf8'), file, format);
  } catch (thrown) {
    const { message } = asAppError(thrown);
    io.progress(`posewatch import: ${message}`);
    throw new AppError('invalid-input', message, { cause: thrown, details: { reported: true } });
  }
}

interface Imported extends ImportOutcome {
  readonly tracks: number;
  readonly poses: number;
}

async function store({ database, system }: Connected, request: ImportRequest, io: CommandIo): Promise<Imported> {
  const content = await contentOf(request.file, system.settings.POSEWATCH_IMPORT_MAX_BYTES);
  const sequence = sequenceOf(content, request, io);
  const { signal } = io;
  const progress = new Progress(request.name, systemClock, io.progress);
  const id = importId(content);
  const { video, name: fileName, fps, size, link } = request;
  const dataFolder = system.places.data;
  const kept: KeptPicture | null = video === null ? null : await keepPicture(video, { id, dataFolder, signal });
  let isStored = false;
  try {
    const outcome = await importTracks(database, sequence, {
      ...{ id, fileName, bytes: content.length, fps, size, link, signal, picture: kept?.picture ?? null },
      ...{ startedAtMs: request.startedAtMs ?? systemClock.nowMs(), now: new Date(systemClock.nowMs()) },
      onFrames: (done, total) => {
        progress.update('storing', done, total);
      },
    });
    isStored = !outcome.isKnown;
    return { ...outcome, ...(await importedTotals(database, id)) };
  } finally {
    if (!isStored) await kept?.discard();
  }
}

const linkings = {
  given: '',
  tracker: ' The file has no ids: the tracker linked people.',
  none: ' The file has no ids: everybody is a track of their own.',
} as const;

function told({ video, isKnown, tracks, poses, linking, leftOut }: Imported): string {
  const { fileName, cameraId, frameCount } = video;
  const size = `${tracks} tracks, ${poses} poses, ${frameCount ?? 0} frames`;
  if (isKnown) return `"${fileName}" (${cameraId}) is this file already: ${size}. Nothing was changed.`;
  const left = Object.entries(leftOut).map(([reason, count]) => `\n  not taken over: ${count} ${reason}`);
  return `"${fileName}" is imported as ${cameraId}: ${size}.${linkings[linking]}${left.join('')}`;
}

function shown({ video, isKnown, tracks, poses, linking, leftOut }: Imported): object {
  const { cameraId: id, fileName: name, origin: format, frameCount: frames } = video;
  return { id, name, format, frames, tracks, poses, linking, leftOut, isKnown };
}

/** An option that the store refuses, as the flag that the person typed. */
function inFlags(problem: AppError): AppError {
  const fields = (problem.details.fields as readonly { readonly field: string }[] | undefined) ?? [];
  return fields.length === 0 ? problem : new AppError(problem.kind, `--${fields[0].field}: ${problem.message}`);
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const request = importRequest(args);
  try {
    const imported = await withSystem(io, request.data, (connected) => store(connected, request, io));
    io.out(request.json ? JSON.stringify(shown(imported)) : told(imported));
  } catch (thrown) {
    throw inFlags(asAppError(thrown));
  }
}

/** `posewatch import`: stores the tracks of another program's file as a video. */
export const importCommand: Command = {
  name: 'import',
  summary: 'store tracks of a PoseTrack, COCO or MOT file',
  usage: IMPORT_USAGE,
  run,
};
