/**
 * The tracker's memory of a camera and the rows one frame led to, in one transaction: either all is stored or nothing. A writer
 * that does not hold the newest version is refused, so two processes that both believe to own a camera cannot mix their work.
 */
import { AppError } from '#base/errors.js';
import type { Database, Transaction } from './database.js';
import { endEvents, writeEvents, type EventEnd, type EventRow } from './event-writes.js';
import { stored } from './storage-errors.js';
import { writeSegments, writeTracks, type SegmentRow, type TrackRow } from './track-writes.js';

/** What is stored for a camera. `nextSeq`: frames below it are done. `state`: opaque here. */
export interface Checkpoint {
  readonly cameraId: string;
  readonly epoch: number;
  readonly nextSeq: number;
  readonly version: number;
  readonly state: Uint8Array<ArrayBuffer>;
}

/** How far an uploaded file is. `dropped`: reason → frames. */
export interface VideoProgress {
  readonly framesDone: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** All that one step leaves behind. `checkpoint.version`: the one it was read at, 0 when there was none. */
export interface StepWrites {
  readonly checkpoint: Checkpoint;
  readonly tracks: readonly TrackRow[];
  readonly segments: readonly SegmentRow[];
  readonly started: readonly EventRow[];
  readonly ended: readonly EventEnd[];
  /** Null for a live camera. */
  readonly video: VideoProgress | null;
}

/** Null before the first frame of a camera. @throws AppError `unavailable`. */
export async function readCheckpoint(db: Database, cameraId: string): Promise<Checkpoint | null> {
  return stored(() => db.trackerCheckpoint.findUnique({ where: { cameraId } }));
}

/**
 * Stores a step and resolves with the new version.
 * @throws AppError `conflict` when another writer was faster: read the checkpoint again. `unavailable` when PostgreSQL is away:
 * the step may or may not be stored then, and doing it again is safe either way.
 */
export async function saveStep(db: Database, step: StepWrites): Promise<number> {
  const onlyCheckpoint = step.tracks.length + step.segments.length + step.started.length + step.ended.length === 0;
  return stored(() =>
    // Most frames change nothing but the memory: one statement, one round trip.
    onlyCheckpoint && step.video === null ? swap(db, step.checkpoint) : db.$transaction((tx) => writeAll(tx, step)),
  );
}

async function writeAll(tx: Transaction, step: StepWrites): Promise<number> {
  const version = await swap(tx, step.checkpoint);
  await writeTracks(tx, step.tracks);
  await writeSegments(tx, step.segments);
  await writeEvents(tx, step.started);
  await endEvents(tx, step.ended);
  if (step.video !== null) await writeProgress(tx, step.checkpoint.cameraId, step.video);
  return version;
}

async function swap(tx: Transaction, checkpoint: Checkpoint): Promise<number> {
  const { cameraId, epoch, nextSeq, version, state } = checkpoint;
  const changed =
    version === 0
      ? await tx.$executeRaw`
          INSERT INTO "TrackerCheckpoint" ("cameraId", "epoch", "nextSeq", "version", "state")
          SELECT "id", ${epoch}::int, ${nextSeq}::int, 1, ${state}::bytea FROM "Camera" WHERE "id" = ${cameraId}
          ON CONFLICT ("cameraId") DO NOTHING`
      : await tx.$executeRaw`
          UPDATE "TrackerCheckpoint" SET "epoch" = ${epoch}, "nextSeq" = ${nextSeq}, "version" = ${version + 1}, "state" = ${state}
          WHERE "cameraId" = ${cameraId} AND "version" = ${version}`;
  if (changed === 1) return version + 1;
  throw new AppError('conflict', `Version ${version} of the checkpoint of ${cameraId} is not the newest one.`, {
    details: { cameraId, version },
  });
}

async function writeProgress(tx: Transaction, cameraId: string, progress: VideoProgress): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Video" SET "framesDone" = ${progress.framesDone}, "dropped" = ${JSON.stringify(progress.dropped)}::jsonb
    WHERE "cameraId" = ${cameraId}`;
}
