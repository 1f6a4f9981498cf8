/**
 * A file of tracks as a video: its rows are those that the tracker would have written, all in one transaction, so that a file is imported
 * whole or not at all. The id comes from the content: the same file is the same video.
 */
import { createHash } from 'node:crypto';
import { AppError } from '#base/errors.js';
import type { ImportFormat, ImportedSequence } from '#evaluation/imports/imported-sequence.js';
import { hasIds, sizeAround } from '#evaluation/imports/imported-sequence.js';
import type { Size } from '#geometry/letterbox.js';
import type { Database, Transaction } from './database.js';
import { Prisma } from './generated/client.js';
import { trackedFrames, type Linking } from './imported-frames.js';
import { openTracksStep, type OpenTrack } from './open-tracks.js';
import { segmentStepPx } from './segment-codec.js';
import { stored } from './storage-errors.js';
import { writeSegments, writeTracks, type SegmentRow, type TrackRow } from './track-writes.js';
import type { StoredVideo } from './videos.js';

/** A recording that the imported tracks are shown over. */
export interface ImportedPicture {
  /** Where it lies in the data folder. */
  readonly path: string;
  /** A copy that browsers play; null where they play the file itself. */
  readonly playbackPath: string | null;
  readonly codec: string;
  readonly durationUs: number | null;
  readonly size: Size;
  /** PTS of every frame, microseconds, ascending: what gives a frame of the imported file its time. */
  readonly framePtsUs: Float64Array;
}

/** What a person says of the file. */
export interface ImportOptions {
  readonly fileName: string;
  readonly bytes: number;
  /** See `importId`. */
  readonly id: string;
  /** Frames a second; null: not said. Needed for more than one frame, unless there is a picture. */
  readonly fps: number | null;
  /** Of the picture; null: as the file or the picture says, else the smallest that holds everybody. */
  readonly size: Size | null;
  /** Wall clock of frame 0, milliseconds. */
  readonly startedAtMs: number;
  /** Where the file has no ids: whether the tracker links people. Null: unless pictures differ in size. */
  readonly link: boolean | null;
  readonly picture: ImportedPicture | null;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Told after each batch of rows. */
  readonly onFrames: (done: number, total: number) => void;
}

/** What became of a file. */
export interface ImportOutcome {
  readonly video: StoredVideo;
  /** The same file was there already; nothing was changed. */
  readonly isKnown: boolean;
  readonly linking: Linking;
  /** People that are not stored: reason → count. */
  readonly leftOut: Readonly<Record<string, number>>;
}

const FILE_EPOCH = 0;
const LEAST_FPS = 0.01;
const MOST_FPS = 1000;
/** Segments of one statement. */
const BATCH = 200;
const TRANSACTION_MS = 6 * 3_600_000;
const WAIT_MS = 60_000;

/** The id of a video of imported tracks: `imp_` and the first 80 bits of the content's SHA-256. */
export function importId(content: Uint8Array): string {
  return `imp_${createHash('sha256').update(content).digest('hex').slice(0, 20)}`;
}

/**
 * Stores a sequence as a video that is done.
 * @throws AppError `invalid-input` naming the option that is missing or out of range; `conflict` when the same file is there with another
 * frame rate; `cancelled`, `unavailable`: nothing is stored then.
 */
export async function importTracks(
  database: Database,
  sequence: ImportedSequence,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const ptsUsOf = clockOf(sequence, options);
  const linking = linkingOf(sequence, options.link);
  return stored(() =>
    database.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${options.id}, 0))`;
        const known = await knownVideo(tx, sequence, options);
        if (known !== null) return { video: known, isKnown: true, linking, leftOut: sequence.leftOut };
        const video = await createRow(tx, sequence, { options, ptsUsOf });
        const lost = await writeRows(tx, trackedFrames(sequence, linking, ptsUsOf), { sequence, options });
        const leftOut = lost === 0 ? sequence.leftOut : { ...sequence.leftOut, 'in no track': lost };
        return { video, isKnown: false, linking, leftOut };
      },
      { timeout: TRANSACTION_MS, maxWait: WAIT_MS },
    ),
  );
}

/** How much is stored of an imported video. */
export async function importedTotals(
  database: Database,
  cameraId: string,
): Promise<{ readonly tracks: number; readonly poses: number }> {
  const { _count: tracks, _sum } = await stored(() =>
    database.track.aggregate({ where: { cameraId }, _count: true, _sum: { poses: true } }),
  );
  return { tracks, poses: _sum.poses ?? 0 };
}

function linkingOf(sequence: ImportedSequence, link: boolean | null): Linking {
  if (hasIds(sequence)) return 'given';
  return (link ?? sequence.isOneView) ? 'tracker' : 'none';
}

/** Media time of each frame. */
function clockOf(sequence: ImportedSequence, { fps, picture, fileName }: ImportOptions): (frame: number) => number {
  const last = sequence.frames.at(-1)?.frame ?? 0;
  if (picture !== null) {
    const times = picture.framePtsUs;
    if (last < times.length) return (frame) => times[frame];
    throw wrong('video', `${fileName} has people in frame ${last}, but the video has only ${times.length} frames.`);
  }
  if (fps === null && last > 0)
    throw wrong('fps', `${fileName} does not say how many frames a second it has. Give that number.`);
  if (fps !== null && !(fps >= LEAST_FPS && fps <= MOST_FPS))
    throw wrong('fps', `${fps} frames a second is not from ${LEAST_FPS} to ${MOST_FPS}.`);
  return (frame) => Math.round((frame * 1e6) / (fps ?? 1));
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid-input', message, { details: { fields: [{ field, message }] } });
}

const origins: Readonly<Record<ImportFormat, string>> = { posetrack: 'PoseTrack', coco: 'COCO', mot: 'MOT' };

/** The video that this file is already. One that was removed makes room. */
async function knownVideo(
  tx: Transaction,
  { format }: ImportedSequence,
  { id, fps, picture }: ImportOptions,
): Promise<StoredVideo | null> {
  await tx.camera.deleteMany({ where: { id, deletedAt: { not: null } } });
  const known = await tx.video.findUnique({ where: { cameraId: id }, include: { camera: true } });
  if (known === null) return null;
  if (
    known.origin === format &&
    (picture === null) === (known.path === '') &&
    (fps === null || fps === known.frameRate)
  )
    return known;
  const as = `${origins[known.origin as ImportFormat]}${known.frameRate === null ? '' : ` with ${known.frameRate} frames a second`}`;
  throw new AppError(
    'conflict',
    `This file is there already: "${known.fileName}", as ${as}. Remove that video to import it in another way.`,
    { details: { cameraId: id } },
  );
}

interface Layout {
  readonly options: ImportOptions;
  readonly ptsUsOf: (frame: number) => number;
}

function createRow(tx: Transaction, sequence: ImportedSequence, { options, ptsUsOf }: Layout): Promise<StoredVideo> {
  const { id, fileName, bytes, startedAtMs, now } = options;
  const { widthPx, heightPx } = sizeOf(sequence, options);
  const { frameCount, imageIds } = sequence;
  return tx.video.create({
    data: {
      ...{ fileName, bytes, startedAtMs, frameCount, framesDone: frameCount },
      ...{ origin: sequence.format, status: 'done', finishedAt: now },
      ...pictureColumns(options, ptsUsOf(frameCount)),
      imageIds: imageIds === null ? Prisma.DbNull : [...imageIds],
      camera: {
        create: {
          ...{ id, name: fileName, kind: 'video', fps: options.fps ?? 0, motionGate: false },
          ...{ sourceWidthPx: widthPx, sourceHeightPx: heightPx },
        },
      },
    },
    include: { camera: true },
  });
}

function sizeOf(sequence: ImportedSequence, { size, picture }: ImportOptions): Size {
  return size ?? sequence.size ?? picture?.size ?? sizeAround(sequence.frames);
}

/** A single frame has no rate: it counts as one that lasts a second. */
function pictureColumns({ picture, fps }: ImportOptions, durationUs: number) {
  if (picture === null) return { path: '', frameRate: fps ?? 1, durationUs };
  const { path, playbackPath, codec } = picture;
  return { path, playbackPath, codec, frameRate: null, durationUs: picture.durationUs };
}

/** Writes tracks and segments batch by batch; returns how many people the tracker put in no track. */
async function writeRows(
  tx: Transaction,
  frames: ReturnType<typeof trackedFrames>,
  { sequence, options }: { readonly sequence: ImportedSequence; readonly options: ImportOptions },
): Promise<number> {
  const { id: cameraId, startedAtMs, onFrames } = options;
  const stepPx = segmentStepPx(1);
  const total = sequence.frames.length;
  const batch = new RowBatch(tx);
  let open: readonly OpenTrack[] = [];
  let done = 0;
  for (const { ptsUs, tracks, ended } of frames) {
    const at = { cameraId, epoch: FILE_EPOCH, ptsUs, atMs: startedAtMs + ptsUs / 1000, stepPx };
    const step = openTracksStep(open, { ...at, tracks, ended });
    open = step.open;
    done = Math.min(total, done + 1);
    if (!(await batch.add(step))) continue;
    refuseAborted(options);
    onFrames(done, total);
  }
  await batch.flush();
  refuseAborted(options);
  onFrames(total, total);
  const people = sequence.frames.reduce((sum, { poses }) => sum + poses.length, 0);
  return people - batch.poses;
}

function refuseAborted({ signal, fileName }: ImportOptions): void {
  if (signal.aborted)
    throw new AppError('cancelled', `The import of ${fileName} was stopped; nothing of it is stored.`);
}

/** Rows on their way to the database, a statement for some hundred. */
class RowBatch {
  /** Poses that were written. */
  poses = 0;
  private readonly tracks = new Map<number, TrackRow>();
  private segments: SegmentRow[] = [];

  constructor(private readonly tx: Transaction) {}

  /** True when the batch was full and is written. */
  async add({ tracks, segments }: Pick<ReturnType<typeof openTracksStep>, 'tracks' | 'segments'>): Promise<boolean> {
    for (const row of tracks) this.tracks.set(row.trackNo, row);
    this.segments.push(...segments);
    if (this.segments.length < BATCH) return false;
    await this.flush();
    return true;
  }

  async flush(): Promise<void> {
    await writeTracks(this.tx, [...this.tracks.values()]);
    await writeSegments(this.tx, this.segments);
    this.poses += this.segments.reduce((sum, { poses }) => sum + poses, 0);
    this.tracks.clear();
    this.segments = [];
  }
}
