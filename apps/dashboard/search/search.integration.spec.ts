import { seededRandom } from '#base/random.js';
import { parseMot } from '#evaluation/mot-file.js';
import { createCamera, setSourceSize } from '#storage/cameras.js';
import { writeSegments, writeTracks } from '#storage/track-writes.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { type Answer, benchOfFile } from '../test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();
const START_MS = Date.parse('2026-11-21T14:00:00Z');
const START_US = START_MS * 1000;

interface Found {
  readonly tracks: { readonly trackNo: number; readonly cameraName: string; readonly postures: string[] }[];
  readonly nextCursor: string | null;
  readonly total: { readonly value: number; readonly relation: string };
}

interface Matches {
  readonly matches: {
    readonly cameraId: string;
    readonly trackNo: number;
    readonly ptsUs: number;
    readonly distance: number;
  }[];
}

/** Twelve people, one every 10 s for 5 s: 1 to 8 before cam_a, 9 to 12 before cam_b; every fourth lies, every second is in company. */
beforeAll(async () => {
  const { database } = bench.dashboard.parts;
  const random = seededRandom(3);
  for (const id of ['cam_a', 'cam_b']) {
    await createCamera(database, id, { name: `At ${id}`, url: `rtsp://${id}` });
    await setSourceSize(database, id, { widthPx: 640, heightPx: 480 });
  }
  const polygon = [
    [0.4, 0.5],
    [0.6, 0.5],
    [0.6, 1],
    [0.4, 1],
  ];
  await database.zone.create({ data: { id: 'zon_a', cameraId: 'cam_a', name: 'Middle', polygon } });
  await database.rule.create({ data: { id: 'rul_a', kind: 'running', name: 'Running' } });
  for (let i = 0; i < 12; i++) {
    const key = { cameraId: i < 8 ? 'cam_a' : 'cam_b', epoch: 1, trackNo: i + 1 };
    const posture = i % 4 === 0 ? 'lying' : 'standing';
    const walk = { ...key, startMs: START_MS + i * 10_000, seconds: 5, posture, together: 1 + (i % 2) } as const;
    const { track, segments } = storedWalk({ ...walk, from: [100, 400], to: [500, 400], heightPx: 120 }, random);
    await writeTracks(database, [track]);
    await writeSegments(database, segments);
  }
  const event = { kind: 'running', ruleId: 'rul_a', cameraId: 'cam_a', epoch: 1, trackNo: 2, why: 'Ran.' } as const;
  await database.event.create({
    data: { ...event, id: 'evt_a', startMs: START_MS, endMs: null, startPtsUs: 0n, measure: {} },
  });
}, 60_000);

const get = (route: string): Promise<Answer> => bench.dashboard.viewer.call('GET', `/api/search/${route}`);
const similar = (body: unknown): Promise<Answer> => bench.dashboard.viewer.call('POST', '/api/search/similar', body);
const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;

describe('a search for tracks', () => {
  it.each([
    ['', [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
    ['cameraId=cam_b', [12, 11, 10, 9]],
    ['cameraId=cam_b&cameraId=cam_a&posture=lying', [9, 5, 1]],
    ['posture=lying&posture=sitting&minTogether=1', [9, 5, 1]],
    ['posture=sitting', []],
    [`fromMs=${START_MS + 12_000}&toMs=${START_MS + 35_000}`, [4, 3, 2]],
    ['minTogether=2&cameraId=cam_b', [12, 10]],
    ['eventKind=running', [2]],
    ['eventKind=any&minSpeed=0.5&maxSpeed=2&minDurationSec=4&maxDurationSec=6', [2]],
    ['maxSpeed=0.5', []],
    ['zoneId=zon_a&posture=standing', [8, 7, 6, 4, 3, 2]],
    ['zoneId=zon_a&minDwellSec=4', []],
    ['cameraId=cam_b&line=0.5,0,0.5,1&direction=left&posture=standing', [12, 11, 10]],
    ['track=cam_a/1/3', [3]],
  ])('by ?%s finds those who match, newest first', async (query, expected) => {
    const { status, body } = await get(`tracks?${query}`);
    expect(status).toBe(200);
    expect((body as Found).tracks.map(({ trackNo }) => trackNo)).toEqual(expected);
  });

  it('says of each what it did, and how many match in all', async () => {
    const { tracks, total } = (await get('tracks?zoneId=zon_a&limit=1')).body as Found;
    expect(tracks[0]).toMatchObject({ cameraName: 'At cam_a', postures: ['standing'], together: 2, crossings: [] });
    expect(tracks[0]).toMatchObject({ stays: [{ startPtsUs: expect.any(Number) as number }] });
    expect(total).toEqual({ value: 8, relation: 'at-most' });
    expect(((await get('tracks?limit=1')).body as Found).total).toEqual({ value: 12, relation: 'exact' });
  });

  it('goes on after the cursor of the page before', async () => {
    const first = (await get('tracks?limit=5')).body as Found;
    const second = (await get(`tracks?limit=200&cursor=${first.nextCursor ?? ''}`)).body as Found;
    expect(second.tracks.map(({ trackNo }) => trackNo)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ['tracks?fromMs=5&toMs=4', /toMs.*fromMs, which is 5/],
    ['tracks?fromMs=noon', /fromMs/],
    ['tracks?cameraId=cam_nowhere', /cameraId.*cam_nowhere/],
    ['tracks?cameraId=%00', /cameraId/],
    ['tracks?limit=100000', /limit.*200/],
    ['tracks?cursor=rubbish', /cursor/],
    ['tracks?cursor=WzEsMiwzLDRd', /cursor/],
    ['tracks?posture=flying', /posture.*standing.*lying/],
    ['tracks?minSpeed=101', /minSpeed.*100/],
    ['tracks?minSpeed=2&maxSpeed=1', /maxSpeed.*minSpeed/],
    ['tracks?eventKind=dancing', /eventKind.*any.*running/],
    ['tracks?zoneId=zon_nowhere', /zoneId.*zon_nowhere/],
    ['tracks?minDwellSec=5', /minDwellSec.*zoneId/],
    ['tracks?line=0,0,1', /line.*x1,y1,x2,y2/],
    ['tracks?line=0,0,1,2&cameraId=cam_a', /line.*0 to 1/],
    ['tracks?track=cam_a', /track.*CAMERA\/EPOCH\/NUMBER/],
    ['tracks?camera=cam_a', /camera/],
    ['density?buckets=0', /buckets.*1/],
    ['density?buckets=9999', /buckets.*2000/],
    ['export?format=xml', /format.*csv/],
    ['export', /format/],
    ['export?format=csv&cameraId=cam_nowhere', /cameraId.*cam_nowhere/],
    ['export?format=mot', /one run of one camera/],
  ])('?%s is refused, naming what is wrong', async (query, message) => {
    const answer = await get(query);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toMatch(message);
  });
});

describe('what an export would hold', () => {
  it('is told without making it, and so is why it cannot be made', async () => {
    expect((await get('export/extent?format=mot&cameraId=cam_a')).body).toEqual({ tracks: 8, poses: 400 });
    expect((await get('export/extent?format=csv')).body).toEqual({ tracks: 12, poses: 600 });
    const refused = await get('export/extent?format=mot');
    expect(refused.status).toBe(400);
    expect(messageOf(refused)).toMatch(/one run of one camera/);
  });
});

describe('the density over time', () => {
  it('counts a track in every span it was there in', async () => {
    const { body } = await get(`density?buckets=4&fromMs=${START_MS}&toMs=${START_MS + 40_000}`);
    expect(body).toEqual({ fromMs: START_MS, bucketMs: 10_000, counts: [1, 1, 1, 1], relation: 'exact' });
  });

  it('covers all matches when no range is asked for, and is empty when there are none', async () => {
    const all = (await get('density?buckets=1')).body as { counts: number[]; fromMs: number };
    expect(all).toMatchObject({ counts: [12], fromMs: START_MS });
    expect((await get('density?buckets=3&posture=sitting')).body).toMatchObject({ counts: [0, 0, 0] });
  });
});

describe('a search for moments like one', () => {
  const moment = { cameraId: 'cam_a', epoch: 1, trackNo: 1, ptsUs: START_US + 1_300_000 };

  it('finds people who do the same and nobody else, the nearest first', async () => {
    const { status, body } = await similar({ moment });
    expect(status).toBe(200);
    const { matches } = body as Matches;
    expect(matches[0].distance).toBe(0);
    expect(matches.map(({ trackNo }) => trackNo).sort((a, b) => a - b)).toEqual([1, 5, 9]);
    const upright = (await similar({ moment: { ...moment, trackNo: 2, ptsUs: START_US + 11_300_000 } }))
      .body as Matches;
    expect(upright.matches[0]).toMatchObject({ cameraId: 'cam_a', trackNo: 2, distance: 0 });
    expect(upright.matches.map(({ trackNo }) => trackNo).filter((trackNo) => [1, 5, 9].includes(trackNo))).toEqual([]);
  });

  it('takes a sketched pose, and looks only where it is told to', async () => {
    const { body } = await bench.dashboard.viewer.call('GET', '/api/tracks/cam_a/1/2/poses');
    const [{ keypoints }] = (body as { poses: { keypoints: number[] }[] }).poses;
    const found = (await similar({ keypoints, filter: { cameraId: 'cam_b' }, limit: 2 })).body as Matches;
    expect(found.matches.map(({ cameraId }) => cameraId)).toEqual(['cam_b', 'cam_b']);
  });

  it.each<[string, unknown, RegExp]>([
    ['neither', {}, /moment.*keypoints/],
    ['both', { moment, keypoints: new Array(51).fill(0) }, /moment.*keypoints/],
    ['a sketch of unseen joints', { keypoints: new Array(51).fill(0) }, /keypoints.*hips/],
    ['a sketch of equal joints', { keypoints: new Array(51).fill(1) }, /keypoints.*one point/],
    ['half a sketch', { keypoints: [1, 2, 3] }, /keypoints.*51/],
    ['a sketch with a hole', { keypoints: new Array(51).fill(null) }, /keypoints/],
    ['a sketch beyond all numbers', { keypoints: new Array(51).fill(1e308) }, /keypoints.*0\.\.1/],
    ['scores beyond 1', { keypoints: new Array(51).fill(2) }, /keypoints.*0\.\.1/],
    ['a reversed time range', { moment, filter: { fromMs: 5, toMs: 4 } }, /toMs.*fromMs, which is 5/],
    ['a broken cursor', { moment, cursor: 'rubbish' }, /cursor/],
    ['a moment without a pose', { moment: { ...moment, ptsUs: 5 } }, /ptsUs.*cam_a\/1\/1/],
    ['a camera that is not there', { moment, filter: { cameraId: 'cam_nowhere' } }, /cameraId.*cam_nowhere/],
    ['too many', { moment, limit: 201 }, /limit.*200/],
    ['a distance that is none', { moment, maxDistance: 2 }, /maxDistance.*1/],
  ])('refuses %s, naming what is wrong', async (_, body, message) => {
    const answer = await similar(body);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toMatch(message);
  });
});

describe('a search for movements like one', () => {
  const start = (trackNo: number): number => START_US + (trackNo - 1) * 10_000_000;
  const movement = { cameraId: 'cam_a', epoch: 1, trackNo: 2, fromPtsUs: start(2), toPtsUs: start(2) + 1_500_000 };
  const movements = (body: unknown): Promise<Answer> =>
    bench.dashboard.viewer.call('POST', '/api/search/movements', body);

  it('finds spans of tracks that do the same, its own first', async () => {
    const { status, body } = await movements({ movement });
    expect(status).toBe(200);
    const { matches, total, nextCursor } = body as Matches & Found;
    const { distance, atMs, ...first } = matches[0] as (typeof matches)[0] & { readonly atMs: number };
    expect(first).toEqual({ ...movement, cameraName: 'At cam_a' });
    expect([distance, atMs]).toEqual([0, START_MS + 10_000]);
    expect(matches.map(({ trackNo }) => trackNo).sort((a, b) => a - b)).toEqual([2, 3, 4, 6, 7, 8, 10, 11, 12]);
    expect({ total, nextCursor }).toEqual({ total: { value: 9, relation: 'exact' }, nextCursor: null });
  });

  it('looks only where the filter tells it to, a page at a time', async () => {
    const filter = { cameraId: 'cam_b' };
    const first = (await movements({ movement, filter, limit: 2 })).body as Matches & Found;
    const second = (await movements({ movement, filter, limit: 2, cursor: first.nextCursor })).body as Matches & Found;
    const found = [...first.matches, ...second.matches].map(({ trackNo }) => trackNo);
    expect(found.sort((a, b) => a - b)).toEqual([10, 11, 12]);
    expect(second.nextCursor).toBeNull();
  });

  it.each<[string, unknown, RegExp]>([
    ['no movement', {}, /movement/],
    ['a reversed span', { movement: { ...movement, toPtsUs: 5 } }, /toPtsUs.*30 seconds/],
    ['a minute', { movement: { ...movement, toPtsUs: start(2) + 60e6 } }, /toPtsUs.*30 seconds/],
    ['a track that is not there', { movement: { ...movement, trackNo: 99 } }, /fromPtsUs.*cam_a\/1\/99/],
    ['half a microsecond', { movement: { ...movement, toPtsUs: start(2) + 0.5 } }, /toPtsUs/],
    ['a camera that is not there', { movement, filter: { cameraId: 'cam_nowhere' } }, /cameraId.*cam_nowhere/],
    ['a reversed time range', { movement, filter: { fromMs: 5, toMs: 4 } }, /toMs.*fromMs, which is 5/],
    ['a huge page', { movement, limit: 51 }, /limit.*50/],
    ['a broken cursor', { movement, cursor: 'rubbish' }, /cursor/],
    ['a cursor of another list', { movement, cursor: 'WzEsMiwzLDRd' }, /cursor/],
    ['a distance that is none', { movement, maxDistance: -1 }, /maxDistance.*0/],
  ])('refuses %s, naming what is wrong', async (_, body, message) => {
    const answer = await movements(body);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toMatch(message);
  });
});

describe('an export', () => {
  it('of CSV is a download with a line for each match', async () => {
    const { headers, body } = await get('export?format=csv&posture=lying');
    expect(headers.get('content-type')).toMatch('text/csv');
    expect(headers.get('content-disposition')).toBe('attachment; filename="posewatch-tracks.csv"');
    expect(String(body).trim().split('\r\n')).toHaveLength(4);
  });

  it('of MOT holds every pose of a camera', async () => {
    const rows = parseMot(String((await get('export?format=mot&cameraId=cam_a')).body), 'answer');
    expect(rows).toHaveLength(8 * 50);
  });

  it.each(['posetrack', 'coco', 'json'])('of %s is JSON', async (format) => {
    const { body } = await get(`export?format=${format}&cameraId=cam_b`);
    const { annotations, tracks } = body as { annotations?: unknown[]; tracks?: unknown[] };
    expect(annotations ?? tracks ?? body).toHaveLength(format === 'json' ? 4 : 4 * 50);
  });
});

it('the poses of a track can be had for a span of it', async () => {
  const span = `fromPtsUs=${START_US + 1_000_000}&toPtsUs=${START_US + 1_950_000}`;
  const { body } = await bench.dashboard.viewer.call('GET', `/api/tracks/cam_a/1/1/poses?${span}`);
  const times = (body as { poses: { ptsUs: number }[] }).poses.map(({ ptsUs }) => (ptsUs - START_US) / 1000);
  expect(times).toEqual([1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700, 1800, 1900]);
});

it('nobody without a login may search', async () => {
  for (const route of ['tracks', 'density', 'export?format=csv']) {
    expect((await bench.dashboard.nobody.call('GET', `/api/search/${route}`)).status).toBe(401);
  }
  for (const route of ['similar', 'movements'])
    expect((await bench.dashboard.nobody.call('POST', `/api/search/${route}`, {})).status).toBe(401);
});
