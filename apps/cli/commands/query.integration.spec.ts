import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { parseMot } from '#evaluation/mot-file.js';
import { createCamera, setSourceSize } from '#storage/cameras.js';
import { openDatabase } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { writeSegments, writeTracks } from '#storage/track-writes.js';
import { startPostgres, startRedis, type TestServer } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { runCommandLine } from '../internal/command-line.js';
import { query } from './query.js';

const log = pino({ level: 'silent' });
const START_MS = Date.parse('2026-11-21T14:00:00Z');

let postgres: TestServer;
let redis: TestServer;
let folder: string;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-query-'));
  await migrate(postgres.url, path.resolve('prisma/migrations'), log);
  const db = await openDatabase(postgres.url, log);
  const random = seededRandom(3);
  for (const cameraId of ['cam_a', 'cam_b']) {
    await createCamera(db, cameraId, { name: `"${cameraId}", east`, url: `rtsp://${cameraId}` });
    await setSourceSize(db, cameraId, { widthPx: 640, heightPx: 480 });
  }
  await db.rule.create({ data: { id: 'rul_a', kind: 'running', name: 'Running' } });
  for (let i = 0; i < 12; i++) {
    const cameraId = i < 8 ? 'cam_a' : 'cam_b';
    const posture = i % 4 === 0 ? 'lying' : 'standing';
    const place = { from: [100, 400], to: [500, 400], heightPx: 120, together: 1 + (i % 2) } as const;
    const walk = { cameraId, epoch: 1, trackNo: i + 1, startMs: START_MS + i * 10_000, seconds: 5, posture } as const;
    const { track, segments } = storedWalk({ ...walk, ...place }, random);
    await writeTracks(db, [track]);
    await writeSegments(db, segments);
    if (i % 3 === 0)
      await db.event.create({
        data: {
          ...{
            id: `e${i}`,
            kind: 'running',
            ruleId: 'rul_a',
            cameraId,
            epoch: 1,
            trackNo: i + 1,
            why: '=fast, "very"',
          },
          ...{ startMs: track.startMs, endMs: track.endMs, startPtsUs: 0n, measure: {} },
        },
      });
  }
  await db.$disconnect();
}, 60_000);

afterAll(async () => {
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; told: string }> {
  const lines: { out: string[]; told: string[] } = { out: [], told: [] };
  const code = await runCommandLine(
    ['query', ...args],
    { query: () => Promise.resolve(query) },
    {
      out: (line) => lines.out.push(line),
      progress: (line) => lines.told.push(line),
      environment: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, POSEWATCH_DATA_DIR: folder },
      signal: new AbortController().signal,
    },
  );
  return { code, out: lines.out.join('\n'), told: lines.told.join('\n') };
}

interface Answer {
  readonly tracks: { readonly trackNo: number }[];
  readonly events: { readonly id: string }[];
  readonly total: { readonly value: number; readonly relation: string };
  readonly nextCursor: string | null;
}

const answer = async (...args: string[]): Promise<Answer> => JSON.parse((await run(...args, '--json')).out) as Answer;

it.each<[string, string[], number[]]>([
  ['nothing', [], [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ['a camera', ['--camera', 'cam_b'], [12, 11, 10, 9]],
  ['both cameras', ['--camera', 'cam_b', '--camera', 'cam_a', '--limit', '2'], [12, 11]],
  ['a time', ['--from', '2026-11-21T14:00:12Z', '--to', '2026-11-21T14:00:35Z'], [4, 3, 2]],
  ['a posture', ['--posture', 'lying'], [9, 5, 1]],
  ['company', ['--together', '2', '--camera', 'cam_b'], [12, 10]],
  ['an event', ['--event', 'running'], [10, 7, 4, 1]],
  [
    'a line',
    ['--camera', 'cam_b', '--line', '0.5,0,0.5,1', '--direction', 'left', '--posture', 'standing'],
    [12, 11, 10],
  ],
  ['one track', ['--track', 'cam_a/1/3'], [3]],
])('tracks are narrowed by %s', async (_, args, expected) => {
  const { tracks, nextCursor } = await answer('tracks', ...args);
  expect(tracks.map(({ trackNo }) => trackNo)).toEqual(expected);
  expect(nextCursor === null).toBe(!args.includes('--limit'));
});

it.each<[string, string[], string[]]>([
  ['nothing', [], ['e9', 'e6', 'e3', 'e0']],
  ['a camera', ['--camera', 'cam_b'], ['e9']],
  ['a time', ['--from', String(START_MS + 60_000)], ['e9', 'e6']],
  ['its kind', ['--event', 'loitering'], []],
  ['the posture of its track', ['--posture', 'lying'], ['e0']],
  ['a page', ['--limit', '2'], ['e9', 'e6']],
])('events are narrowed by %s', async (_, args, expected) => {
  const { events } = await answer('events', ...args);
  expect(events.map(({ id }) => id)).toEqual(expected);
});

it('the next page follows the cursor of the one before', async () => {
  for (const what of ['tracks', 'events'] as const) {
    const first = await answer(what, '--limit', '3');
    const second = await answer(what, '--limit', '3', '--cursor', first.nextCursor ?? '');
    const all = await answer(what, '--limit', '6');
    expect([...first[what], ...second[what]]).toEqual(all[what]);
  }
});

it('a person reads one line for each, and how many there are', async () => {
  const { out } = await run('tracks', '--limit', '1');
  expect(out).toMatch(
    /^2026-11-21 14:01:50 {2}cam_a?b?\/1\/12 .* 4\.9 s .*standing\n1 shown of 12 tracks\. For more: --cursor \S+$/,
  );
});

describe('what is like', () => {
  const us = (trackNo: number, sec: number): number => (START_MS + (trackNo - 1) * 10_000) * 1000 + sec * 1e6;
  interface Alike {
    readonly matches: { readonly trackNo: number; readonly distance: number; readonly place: string }[];
    readonly total: { readonly value: number };
    readonly nextCursor: string | null;
  }
  const alike = async (...args: string[]): Promise<Alike> =>
    JSON.parse((await run('tracks', ...args, '--json')).out) as Alike;
  const numbers = ({ matches }: Alike): number[] => matches.map(({ trackNo }) => trackNo).sort((a, b) => a - b);
  const upright = '0,0,1,-1,-1,-1,2,0,-2,0,10,14,-10,14,12,30,-12,30,13,46,-13,46,6,43,-6,43,6,67,-6,67,6,92,-6,92';

  it('a moment of a track is found, its own first, and can be asked for again by its place', async () => {
    const found = await alike('--like-moment', `cam_a/1/1@${us(1, 1)}`);
    expect(found.matches[0]).toMatchObject({ trackNo: 1, distance: 0 });
    expect((await alike('--like-moment', found.matches[0].place)).matches[0]).toEqual(found.matches[0]);
    expect(numbers(found)).toEqual([1, 5, 9]);
  });

  it('a drawn pose is found', async () => {
    expect(numbers(await alike('--like-pose', upright, '--camera', 'cam_b'))).toEqual([10, 11, 12]);
    expect(numbers(await alike('--like-pose', upright.replaceAll(',', '_'), '--max-distance', '0'))).toEqual([]);
  });

  it('a movement is found page by page', async () => {
    const example = ['--like-movement', `cam_a/1/2@${us(2, 0)}..${us(2, 1.5)}`, '--limit', '4'];
    const first = await alike(...example);
    const second = await alike(...example, '--cursor', first.nextCursor ?? '');
    expect(first.matches[0].place).toBe(`cam_a/1/2@${us(2, 0)}..${us(2, 1.5)}`);
    expect(new Set([...numbers(first), ...numbers(second)]).size).toBe(8);
    expect(first.total.value).toBe(9);
    const { out } = await run('tracks', ...example);
    expect(out).toMatch(/cam_a\/1\/2@\d+\.\.\d+ .* 0\.000\n[^]*4 shown of 9 matches\. For more: --cursor \S+$/);
  });

  it.each<[string[], string]>([
    [['--like-moment', 'cam_a/1/1'], '--like-moment "cam_a/1/1" is not CAMERA/EPOCH/NUMBER@T'],
    [['--like-moment', 'cam_a/1/1@5'], '--like-moment track cam_a/1/1 has no pose at 5'],
    [['--like-moment', 'a@5'], '--like-moment "a" is not CAMERA/EPOCH/NUMBER'],
    [['--like-movement', 'cam_a/1/1@5'], '@T1..T2'],
    [['--like-movement', 'cam_a/1/1@6..5'], '--like-movement a movement lasts more than 0 and at most 30 seconds'],
    [['--like-movement', 'cam_x/1/1@5..6'], '--like-movement track cam_x/1/1 has no poses'],
    [['--like-pose', '1,2,3'], '--like-pose 3 numbers are given; 34 are needed'],
    [['--like-pose', upright.replace('46', 'NaN')], '--like-pose "NaN" is not a number'],
    [['--like-pose', new Array(34).fill(7).join()], 'not all on one point'],
    [['--like-pose', upright, '--like-moment', 'cam_a/1/1@5'], 'Only one of'],
    [['--like-pose', upright, '--limit', '201'], '--limit 201 is not a whole number from 1 to 200'],
    [['--like-pose', upright, '--max-distance', '2'], '--max-distance 2 is not a number from 0 to 1'],
    [['--like-pose', upright, '--camera', 'cam_x'], '--camera there is no camera or video cam_x'],
    [['--like-pose', upright, '--from', '5', '--to', '4'], '--to 4 is less than --from, which is 5'],
    [['--like-pose', upright, '--cursor', 'zzz'], '--cursor this is not a cursor'],
    [['--like-pose', upright, '--format', 'csv'], 'without --format'],
    [['--max-distance', '0.1'], '--like-moment, --like-pose or --like-movement is needed'],
  ])('%j is refused with words', async (args, words) => {
    const { code, told } = await run('tracks', ...args);
    expect({ code, told }).toMatchObject({ code: 2, told: expect.stringContaining(words) as string });
  });
});

describe('a file', () => {
  const file = (name: string): string => path.join(folder, name);

  it('of MOT rows holds every pose of a camera', async () => {
    expect(await run('tracks', '--camera', 'cam_a', '--format', 'mot', '--out', file('a.txt'))).toMatchObject({
      code: 0,
    });
    const rows = parseMot(await readFile(file('a.txt'), 'utf8'), 'a.txt');
    expect(rows).toHaveLength(8 * 50);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(8);
  });

  it.each(['posetrack', 'coco', 'json'])('of %s is JSON', async (format) => {
    await run('tracks', '--camera', 'cam_b', '--format', format, '--out', file(format));
    const text = await readFile(file(format), 'utf8');
    const value = JSON.parse(text) as { annotations?: unknown[]; tracks?: unknown[] };
    expect(value.annotations ?? value.tracks ?? value).toHaveLength(format === 'json' ? 4 : 4 * 50);
  });

  it('of CSV quotes what needs it and starts no formula', async () => {
    const { out } = await run('events', '--camera', 'cam_b', '--format', 'csv');
    const [head, line] = out.split('\r\n');
    expect(head).toBe('id,kind,cameraId,cameraName,epoch,trackNo,startMs,endMs,zoneName,why');
    expect(line).toContain(`,"""cam_b"", east",1,10,`);
    expect(line).toMatch(/,,"'=fast, ""very"""\s*$/);
  });

  it('is not written when the format cannot hold what matches', async () => {
    const { code, told } = await run('tracks', '--format', 'mot', '--out', file('both.txt'));
    expect({ code, told }).toMatchObject({ code: 2, told: expect.stringContaining('one run of one camera') as string });
    expect((await readdir(folder)).filter((name) => name.startsWith('both'))).toEqual([]);
  });

  it('that cannot be written is named', async () => {
    const { code, told } = await run('tracks', '--format', 'csv', '--out', file('no/such.csv'));
    expect(code).toBe(1);
    expect(told).toContain('no/such.csv cannot be written');
  });
});

it.each<[string[], string]>([
  [['people'], 'tracks or events'],
  [['tracks', '--from', 'noon'], '--from "noon" is no time'],
  [['tracks', '--from', '5', '--to', '4'], '--to 4 is less than --from, which is 5'],
  [['tracks', '--camera', 'cam_x'], '--camera there is no camera or video cam_x'],
  [['tracks', '--limit', '9999'], '--limit 9999 is not a whole number from 1 to 500'],
  [['tracks', '--posture', 'flying'], '--posture "flying" is none of standing'],
  [['tracks', '--line', '1,2'], 'X1,Y1,X2,Y2'],
  [['tracks', '--cursor', 'zzz'], '--cursor this is not a cursor'],
  [['tracks', '--format', 'xml'], '--format "xml" is none of json'],
  [['tracks', '--out', 'x'], '--out needs --format'],
  [['events', '--zone', 'zon_x'], '--zone there is no zone'],
  [['events', '--camera', 'cam_a', '--line', '0,0,1,1'], '--line only tracks'],
])('wrong usage %j says what is wrong', async (args, expected) => {
  const { code, told } = await run(...args);
  expect(told).toContain(expected);
  expect(code).toBe(2);
});

it('who crossed a line long ago is found behind hundreds who walked beside it, on the first page', async () => {
  const db = await openDatabase(postgres.url, log);
  const random = seededRandom(5);
  const cameraId = 'cam_c';
  await createCamera(db, cameraId, { name: 'Crowded', url: 'rtsp://cam_c' });
  await setSourceSize(db, cameraId, { widthPx: 640, heightPx: 480 });
  const walks = Array.from({ length: 620 }, (_, index) => {
    const from = [index === 0 ? 330 : 360, 400] as const; // the line is at 352
    const body = { heightPx: 120, posture: 'standing', together: 1, seconds: 1 } as const;
    const when = { cameraId, epoch: 1, trackNo: index + 1, startMs: START_MS + index * 2000 };
    return storedWalk({ ...when, ...body, from, to: [390, 400] }, random);
  });
  const rows = (from: number, to?: number) => walks.slice(from, to).map(({ track }) => track);
  await writeTracks(db, rows(0, 300));
  await writeTracks(db, rows(300));
  for (let at = 0; at < walks.length; at += 100)
    await writeSegments(
      db,
      walks.slice(at, at + 100).flatMap(({ segments }) => [...segments]),
    );
  await db.$disconnect();
  const over = ['tracks', '--camera', cameraId, '--line', '0.55,0,0.55,1', '--limit', '3'];
  const { tracks, total, nextCursor } = await answer(...over);
  expect(tracks.map(({ trackNo }) => trackNo)).toEqual([1]);
  expect({ total, nextCursor }).toEqual({ total: { value: 1, relation: 'exact' }, nextCursor: null });
  expect((await run(...over)).out).toContain('1 shown of 1 tracks.');
  expect((await run('tracks', '--camera', cameraId, '--limit', '2')).out).toMatch(/For more: --cursor \S+$/);
});
