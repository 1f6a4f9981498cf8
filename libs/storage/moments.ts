/** Stored poses of one run of a camera in order of time, a few hundred segments in memory at once. */
import type { Pose } from '#pose/pose.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { decodeSegment } from './segment-codec.js';
import { stored } from './storage-errors.js';

/** A pose of a track. */
export interface TrackPose extends Pose {
  readonly trackNo: number;
}

/** Everybody who was seen at one media time. */
export interface Moment {
  readonly ptsUs: number;
  /** By track number. */
  readonly poses: readonly TrackPose[];
}

/** Some tracks of one epoch of a camera. */
export interface TracksOfRun {
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNos: readonly number[];
}

/** Segments of one statement: 4,000 poses. */
const PAGE = 200;

interface Row {
  readonly trackNo: number;
  readonly segmentNo: number;
  readonly startMs: number;
  readonly startPtsUs: bigint;
  readonly packed: Uint8Array;
}

interface TimedPose {
  readonly ptsUs: number;
  readonly pose: TrackPose;
}

/** The moments of a run that have a pose of the given tracks. Where a wall clock was set back, moments may come late. */
export async function* momentsOf(database: Database, run: TracksOfRun): AsyncGenerator<Moment> {
  let waiting: TimedPose[] = [];
  for (let after: Row | null = null; ;) {
    const rows = await stored(() => readPage(database, run, after));
    for (const { trackNo, packed } of rows)
      for (const { ptsUs, ...pose } of decodeSegment(packed)) waiting.push({ ptsUs, pose: { ...pose, trackNo } });
    waiting.sort((a, b) => a.ptsUs - b.ptsUs || a.pose.trackNo - b.pose.trackNo);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    // No later segment starts before the last one of this page.
    const isOpen = waiting.findIndex(({ ptsUs }) => ptsUs >= Number(last.startPtsUs));
    yield* grouped(waiting.slice(0, isOpen));
    waiting = waiting.slice(isOpen);
    after = last;
  }
  yield* grouped(waiting);
}

function* grouped(poses: readonly TimedPose[]): Generator<Moment> {
  for (let start = 0; start < poses.length;) {
    const { ptsUs } = poses[start];
    let end = start;
    while (end < poses.length && poses[end].ptsUs === ptsUs) end++;
    yield { ptsUs, poses: poses.slice(start, end).map(({ pose }) => pose) };
    start = end;
  }
}

function readPage(database: Database, run: TracksOfRun, after: Row | null): Promise<Row[]> {
  const { cameraId, epoch, trackNos } = run;
  const beyond =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND ("startMs", "trackNo", "segmentNo")
          > (${after.startMs}::float8, ${after.trackNo}::int, ${after.segmentNo}::int)`;
  return database.$queryRaw<Row[]>`
    SELECT "trackNo", "segmentNo", "startMs", "startPtsUs", "packed" FROM "TrackSegment"
    WHERE "cameraId" = ${cameraId} AND "epoch" = ${epoch}::int AND "trackNo" = ANY(${[...trackNos]}::int[]) ${beyond}
    ORDER BY "startMs", "trackNo", "segmentNo" LIMIT ${PAGE}`;
}
