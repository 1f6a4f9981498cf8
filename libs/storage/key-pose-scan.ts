/**
 * Reads the key poses of many segments a large piece at a time: PostgreSQL joins tens of thousands of them to one byte string, which
 * costs far less than as many rows. Nothing is kept between searches.
 */
import { KEY_POSE_BYTES } from '#pose/key-poses.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import type { PreparedSearch } from './track-conditions.js';

/** Key poses of one camera's segments. A segment: epoch, track, number (int32 BE each), count (int16 BE), then its records. */
export interface KeyPosePiece {
  readonly cameraId: string;
  readonly bytes: Uint8Array;
}

const HEAD_BYTES = 14;
/** Segments of one piece: about 5 MB. */
const PIECE = 50_000;
/** Pieces that are read at the same time: PostgreSQL uses a processor core for each. */
const AT_ONCE = 4;

interface Place {
  readonly epoch: number;
  readonly trackNo: number;
  readonly segmentNo: number;
}

/** The pieces of every segment whose track matches, of several cameras at once, as they come. */
export async function* keyPosePieces(database: Database, prepared: PreparedSearch): AsyncGenerator<KeyPosePiece> {
  const cameras = await database.camera.findMany({
    where: { deletedAt: null, ...(prepared.search.cameraIds ? { id: { in: [...prepared.search.cameraIds] } } : {}) },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const steps: Step[] = cameras.map(({ id: cameraId }) => ({ cameraId, after: null }));
  const running = new Map<Step, Promise<{ readonly step: Step; readonly piece: Piece }>>();
  const begin = (): void => {
    for (const step of steps.splice(0, AT_ONCE - running.size)) {
      const reading = readPiece(database, prepared, step).then((piece) => ({ step, piece }));
      reading.catch(() => undefined); // whoever awaits it learns of it; nobody may, when the search is given up
      running.set(step, reading);
    }
  };
  begin();
  while (running.size > 0) {
    const { step, piece } = await Promise.race(running.values());
    running.delete(step);
    if (piece.last !== null) steps.unshift({ cameraId: step.cameraId, after: piece.last });
    begin(); // the next is being read while this one is looked at
    if (piece.count > 0) yield { cameraId: step.cameraId, bytes: piece.bytes };
  }
}

/** Only a camera is asked for, or nothing: no need to look at tracks. */
function isPlain({ search }: PreparedSearch): boolean {
  return Object.entries(search).every(([field, value]) => value === undefined || field === 'cameraIds');
}

interface Step {
  readonly cameraId: string;
  readonly after: Place | null;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where the next one goes on; null: this is the camera's last. */
  readonly last: Place | null;
}

async function readPiece(database: Database, prepared: PreparedSearch, { cameraId, after }: Step): Promise<Piece> {
  const beyond =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (k."epoch", k."trackNo", k."segmentNo") > (${after.epoch}::int, ${after.trackNo}::int, ${after.segmentNo}::int)`;
  const matching = isPlain(prepared)
    ? Prisma.empty
    : Prisma.sql`AND EXISTS (SELECT 1 FROM ${prepared.from}
        AND t."cameraId" = k."cameraId" AND t."epoch" = k."epoch" AND t."trackNo" = k."trackNo")`;
  const [{ bytes, count }] = await database.$queryRaw<[{ bytes: Uint8Array | null; count: number }]>`
    SELECT string_agg("head" || "poses", ''::bytea) AS "bytes", count(*)::int AS "count" FROM (
      SELECT int4send(k."epoch") || int4send(k."trackNo") || int4send(k."segmentNo")
        || int2send((octet_length(k."poses") / ${KEY_POSE_BYTES}::int)::int2) AS "head", k."poses"
      FROM "SegmentKeyPoses" k WHERE k."cameraId" = ${cameraId} ${beyond} ${matching}
      ORDER BY k."cameraId", k."epoch", k."trackNo", k."segmentNo" LIMIT ${PIECE}) AS "part"`;
  const all = bytes ?? new Uint8Array();
  return { bytes: all, count, last: count === PIECE ? lastPlace(all) : null };
}

function lastPlace(bytes: Uint8Array): Place | null {
  let last: Place | null = null;
  eachSegment(bytes, ({ place }) => {
    last = place();
  });
  return last;
}

/** A segment in a piece: where its records lie; `place` reads its head. */
export interface KeyPoseSegment {
  readonly place: () => Place;
  readonly at: number;
  readonly count: number;
}

/** Goes through the segments of a piece. */
export function eachSegment(bytes: Uint8Array, visit: (segment: KeyPoseSegment) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let head = 0; head + HEAD_BYTES <= bytes.length;) {
    const from = head;
    const count = view.getInt16(from + 12);
    const place = (): Place => ({
      epoch: view.getInt32(from),
      trackNo: view.getInt32(from + 4),
      segmentNo: view.getInt32(from + 8),
    });
    visit({ place, at: from + HEAD_BYTES, count });
    head = from + HEAD_BYTES + count * KEY_POSE_BYTES;
  }
}
