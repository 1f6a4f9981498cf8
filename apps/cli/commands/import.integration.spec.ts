import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { buildServices } from '#testing/service-process.js';
import { startPostgres, startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { runCommandLine } from '../internal/command-line.js';
import { importCommand } from './import.js';
import { query } from './query.js';

jest.setTimeout(60_000);

const log = pino({ level: 'silent' });

let postgres: TestServer;
let redis: TestServer;
let folder: string;
let db: Database;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-import-'));
  await migrate(postgres.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(postgres.url, log);
});

afterAll(async () => {
  await db.$disconnect();
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true });
});

afterEach(async () => {
  await db.camera.deleteMany();
});

const environment = (): Record<string, string> => ({
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.url,
  POSEWATCH_DATA_DIR: folder,
});

async function run(args: readonly string[], settings = {}): Promise<{ code: number; out: string; told: string }> {
  const lines: { out: string[]; told: string[] } = { out: [], told: [] };
  const code = await runCommandLine(
    args,
    { import: () => Promise.resolve(importCommand), query: () => Promise.resolve(query) },
    {
      out: (line) => lines.out.push(line),
      progress: (line) => lines.told.push(line),
      environment: { ...environment(), ...settings },
      signal: new AbortController().signal,
    },
  );
  return { code, out: lines.out.join('\n'), told: lines.told.join('\n') };
}

async function file(name: string, text: string): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, text);
  return target;
}

const boxes = (frames: number, people: number): string =>
  Array.from({ length: frames * people }, (_, at) => {
    const [frame, id] = [Math.floor(at / people), at % people];
    return `${frame + 1},${id},${100 + frame},${50 + id},40,100,1,-1,-1,-1\n`;
  }).join('');

const rows = async (): Promise<number[]> =>
  Promise.all([db.camera.count(), db.video.count(), db.track.count(), db.trackSegment.count()]);

interface Imported {
  readonly id: string;
  readonly isKnown: boolean;
}

describe('posewatch import', () => {
  it('stores a file as a video that queries find, and changes nothing the second time', async () => {
    const walk = await file('walk.txt', boxes(40, 3));
    const first = await run(['import', walk, '--fps', '10', '--start', '2026-11-21T14:00:00Z', '--json']);
    expect({ ...first, out: JSON.parse(first.out) as object }).toMatchObject({
      code: 0,
      out: { name: 'walk.txt', format: 'mot', frames: 40, tracks: 3, poses: 120, linking: 'given', isKnown: false },
    });
    const { id } = JSON.parse(first.out) as Imported;
    const found = await run(['query', 'tracks', '--camera', id, '--from', '2026-11-21T14:00:03Z', '--json']);
    const { tracks } = JSON.parse(found.out) as { tracks: { trackNo: number; cameraName: string }[] };
    expect(tracks.map(({ trackNo, cameraName }) => [trackNo, cameraName])).toEqual([
      [0, 'walk.txt'],
      [1, 'walk.txt'],
      [2, 'walk.txt'],
    ]);
    const again = await run(['import', walk, '--fps', '10', '--name', 'Other']);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('is this file already') as string });
    expect(await rows()).toEqual([1, 1, 3, 6]);
    const otherRate = await run(['import', walk, '--fps', '25']);
    expect(otherRate).toMatchObject({ code: 1, told: expect.stringContaining('Remove that video') as string });
  });

  it.each<[string, string[], number, string]>([
    ['no file', [], 2, 'Name the file'],
    ['a file that is not there', ['nowhere.txt'], 1, 'nowhere.txt does not exist'],
    ['a strange format', ['FILE', '--format', 'xml'], 2, '--format is "xml"; it must be posetrack, coco, mot'],
    ['a strange rate', ['FILE', '--fps=-1'], 2, '--fps is "-1"'],
    ['no rate', ['FILE'], 2, '--fps: FILE does not say how many frames a second'],
    ['a strange size', ['FILE', '--fps', '5', '--size', '0x9'], 2, '--size is "0x9"'],
    ['a time without a zone of meaning', ['FILE', '--fps', '5', '--start', 'noon'], 2, '--start is "noon"'],
    ['half a choice', ['FILE', '--fps', '5', '--link', 'maybe'], 2, '--link is "maybe"'],
    ['a recording that is none', ['FILE', '--video', 'FILE'], 2, 'FILE'],
  ])('refuses %s', async (_, args, code, words) => {
    const known = await file('known.txt', boxes(4, 1));
    const outcome = await run(['import', ...args.map((arg) => (arg === 'FILE' ? known : arg))]);
    expect(outcome.code).toBe(code);
    expect(outcome.told.replaceAll('known.txt', 'FILE')).toContain(words);
    expect(await rows()).toEqual([0, 0, 0, 0]);
  });

  it('refuses a file that is broken at its end, naming line, frame and field, and stores nothing of it', async () => {
    const broken = await file('broken.txt', `${boxes(400, 10)}401,3,9,9,x,9,1\n`);
    const { code, told } = await run(['import', broken, '--fps', '10']);
    expect(code).toBe(1);
    expect(told).toContain('broken.txt, line 4001, frame 401: field 5 (width) is "x"');
    expect(told).not.toContain('usage:');
    expect(await rows()).toEqual([0, 0, 0, 0]);
  });

  it('refuses a file beyond the limit', async () => {
    const large = await file('large.txt', boxes(40, 3));
    const { code, told } = await run(['import', large, '--fps', '10'], { POSEWATCH_IMPORT_MAX_BYTES: '100' });
    expect(code).toBe(1);
    expect(told).toContain('POSEWATCH_IMPORT_MAX_BYTES');
  });

  it('leaves nothing when it is killed in its middle, and can be run again', async () => {
    buildServices();
    const large = await file('crowd.txt', boxes(600, 150));
    const args = [path.resolve('dist/apps/cli/main.js'), 'import', large, '--fps', '10'];
    const child = spawn(process.execPath, args, {
      env: { HOME: folder, ...environment() },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const gone = new Promise<unknown>((resolve) =>
      child.once('exit', (_, signal) => {
        resolve(signal);
      }),
    );
    let told = '';
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => {
        reject(new Error(`it ended before its first rows: ${told}`));
      });
      child.stderr.on('data', (text: Buffer) => {
        told += text.toString();
        if (told.includes('storing')) resolve();
      });
    });
    const writing = await db.$queryRaw<object[]>`
      SELECT 1 FROM pg_locks JOIN pg_class c ON c.oid = relation WHERE relname = 'TrackSegment' AND mode = 'RowExclusiveLock'`;
    expect(writing.length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    expect(await gone).toBe('SIGKILL');
    await waitUntil(async () => {
      const [{ others }] = await db.$queryRaw<[{ others: number }]>`
        SELECT count(*)::int AS "others" FROM pg_locks WHERE locktype = 'advisory'`;
      if (others > 0) throw new Error('its transaction is still open');
    });
    expect(await rows()).toEqual([0, 0, 0, 0]);
    const small = await file('crowd.txt', boxes(40, 3));
    expect((await run(['import', small, '--fps', '10'])).code).toBe(0);
  });

  itWithData(
    'takes the official formats, and gives them back',
    [
      'posetrack/synthetic/gt/900001_mpii_test.json',
      'posetrack/shelf2d/pred_gtpose_noid_noisy/800000_mpii_test.json',
      'mot/TUD-Campus/gt.txt',
      'coco_val_mini/person_keypoints.json',
    ],
    async (poseTrack = '', unlinked = '', mot = '', coco = '') => {
      const imported = async (name: string): Promise<Record<string, unknown>> =>
        JSON.parse((await run(['import', name, '--fps', '25', '--json'])).out) as Record<string, unknown>;
      const ours = await imported(poseTrack);
      expect(ours).toMatchObject({ format: 'posetrack', frames: 40, poses: 143, linking: 'given' });
      expect(await imported(unlinked)).toMatchObject({ frames: 301, linking: 'tracker' });
      expect(await imported(mot)).toMatchObject({ format: 'mot', frames: 71, poses: 359, tracks: 8 });
      expect(await imported(coco)).toMatchObject({ format: 'coco', frames: 32, linking: 'none' });
      const back = await run(['query', 'tracks', '--camera', String(ours.id), '--format', 'posetrack']);
      interface File {
        readonly images: { readonly id: number }[];
        readonly annotations: { readonly image_id: number; readonly track_id: number }[];
      }
      const [before, after] = [await readFile(poseTrack, 'utf8'), back.out].map((text) => JSON.parse(text) as File);
      const people = ({ images, annotations }: File): string[] =>
        annotations
          .map(({ image_id, track_id }) => `${images.findIndex(({ id }) => id === image_id)} ${track_id}`)
          .sort();
      expect(people(after)).toEqual(people(before));
      expect(after.images).toHaveLength(before.images.length);
    },
  );

  itWithData(
    'shows tracks over the recording they belong to, with its own times',
    ['video/store-aisle-detection_preview.mp4'],
    async (clip = '') => {
      const tracks = await file('aisle.txt', boxes(10, 1));
      const { out } = await run(['import', tracks, '--video', clip, '--json']);
      const { id } = JSON.parse(out) as Imported;
      const video = await db.video.findUniqueOrThrow({ where: { cameraId: id }, include: { camera: true } });
      expect(video).toMatchObject({ codec: 'h264', frameRate: null, camera: { sourceWidthPx: 480 } });
      expect(path.dirname(video.path)).toBe(path.join(folder, 'uploads'));
      const mot = await run(['query', 'tracks', '--camera', id, '--format', 'mot']);
      expect(mot.out.split('\n').map((line) => line.split(',', 1)[0])).toEqual(
        Array.from({ length: 10 }, (_, at) => String(at + 1)),
      );
      const tooLong = await file('long.txt', boxes(5000, 1));
      const refused = await run(['import', tooLong, '--video', clip]);
      expect(refused).toMatchObject({ code: 2, told: expect.stringContaining('the video has only') as string });
      expect(await readdir(path.join(folder, 'uploads'))).toEqual([path.basename(video.path)]);
    },
  );
});
