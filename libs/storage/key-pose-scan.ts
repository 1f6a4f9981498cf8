/**
 * Reads the key poses of many segments a large piece at a time: PostgreSQL joins tens of thousands of them to one byte string, which
 * costs far less than as many rows. Nothing is kept between searches.
 */
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import type { PreparedSearch } from './track-conditions.js';

const INT_BYTES = 4;
const HEAD_BYTES = 4 * INT_BYTES;

/** Key poses of many segments of one camera, in the order of its tracks. */
export class KeyPosePiece {
  /** How many segments. */
  readonly count: number;

  /**
   * @param records Those of key-poses.ts, one segment's after the other's.
   * @param heads [4 × count] int32 BE: the epochs, the tracks, the numbers of the segments, the bytes of their records.
   */
  constructor(
    readonly cameraId: string,
    readonly records: Int8Array,
    private readonly heads: DataView,
  ) {
    this.count = heads.byteLength / HEAD_BYTES;
  }

  /** Of one segment. */
  place(segment: number): Place {
    return { epoch: this.head(0, segment), trackNo: this.head(1, segment), segmentNo: this.head(2, segment) };
  }

  /** Length of one segment's records. */
  bytes(segment: number): number {
    return this.head(3, segment);
  }

  private head(field: number, segment: number): number {
    return this.heads.getInt32(INT_BYTES * (field * this.count + segment));
  }
}

/** Segments of one piece: about 2 MB. */
const PIECE = 20_000;
/** Of one that is chosen by its tracks, for which PostgreSQL may look at all tracks of the camera each time: about 5 MB. */
const CHOSEN_PIECE = 50_000;
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
  const running = new Map<Step, Promise<{ readonly step: Step; readonly read: Read }>>();
  const begin = (): void => {
    for (const step of steps.splice(0, AT_ONCE - running.size)) {
      const reading = readPiece(database, prepared, step).then((read) => ({ step, read }));
      reading.catch(() => undefined); // whoever awaits it learns of it; nobody may, when the search is given up
      running.set(step, reading);
    }
  };
  begin();
  while (running.size > 0) {
    const { step, read } = await Promise.race(running.values());
    running.delete(step);
    if (read.next !== null) steps.unshift(read.next);
    begin(); // the next is being read while this one is looked at
    if (read.piece !== null) yield read.piece;
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

interface Read {
  /** Null: nothing is left. */
  readonly piece: KeyPosePiece | null;
  /** Where to go on; null: this is the camera's last. */
  readonly next: Step | null;
}

async function readPiece(database: Database, prepared: PreparedSearch, step: Step): Promise<Read> {
  const most = isPlain(prepared) ? PIECE : CHOSEN_PIECE;
  const { cameraId } = step;
  const { records, heads } = await rowOf(database, prepared, { ...step, most });
  if (records === null || heads === null) return { piece: null, next: null };
  const [all, places] = [Buffer.from(records, 'base64'), Buffer.from(heads, 'base64')];
  const piece = new KeyPosePiece(
    cameraId,
    new Int8Array(all.buffer, all.byteOffset, all.byteLength),
    new DataView(places.buffer, places.byteOffset, places.byteLength),
  );
  return { piece, next: piece.count === most ? { cameraId, after: piece.place(most - 1) } : null };
}

/** Base64, of which Node makes bytes in a third of the time that Prisma takes for a column of bytes; null: no segment. */
interface Row {
  readonly records: string | null;
  readonly heads: string | null;
}

async function rowOf(
  database: Database,
  prepared: PreparedSearch,
  { cameraId, after, most }: Step & { readonly most: number },
): Promise<Row> {
  const beyond =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (k."epoch", k."trackNo", k."segmentNo") > (${after.epoch}::int, ${after.trackNo}::int, ${after.segmentNo}::int)`;
  const matching = isPlain(prepared)
    ? Prisma.empty
    : Prisma.sql`AND EXISTS (SELECT 1 FROM ${prepared.from}
        AND t."cameraId" = k."cameraId" AND t."epoch" = k."epoch" AND t."trackNo" = k."trackNo")`;
  const reading = database.$queryRaw<[Row]>`
    SELECT encode(string_agg("poses", ''::bytea), 'base64') AS "records",
      encode(string_agg(int4send("epoch"), ''::bytea) || string_agg(int4send("trackNo"), ''::bytea)
        || string_agg(int4send("segmentNo"), ''::bytea) || string_agg(int4send(octet_length("poses")), ''::bytea), 'base64') AS "heads"
    FROM (SELECT k."epoch", k."trackNo", k."segmentNo", k."poses"
      FROM "SegmentKeyPoses" k WHERE k."cameraId" = ${cameraId} ${beyond} ${matching}
      ORDER BY k."cameraId", k."epoch", k."trackNo", k."segmentNo" LIMIT ${most}) AS "part"`;
  if (!isPlain(prepared)) return (await reading)[0];
  const [, [row]] = await database.$transaction([database.$queryRaw(inKeyOrder), reading]);
  return row;
}

/**
 * Rows of a camera lie nearly in the order of its tracks, but PostgreSQL only keeps how those of all cameras lie: it takes reading them in
 * that order to be slow, and reads and sorts all of the camera for each piece instead. For one transaction.
 */
const inKeyOrder = Prisma.sql`SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),
  set_config('max_parallel_workers_per_gather', '0', true)`;
