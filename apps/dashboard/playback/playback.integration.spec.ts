import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeSegment, segmentStepPx } from '#storage/segment-codec.js';
import { type Answer, benchOfFile } from '../test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();
const cameras: string[] = [];
const TRACKS = 57;

interface TracksPage {
  readonly tracks: { cameraId: string; cameraName: string; epoch: number; trackNo: number; startMs: number }[];
  readonly nextCursor: string | null;
  readonly total: number;
}

interface EventsPage {
  readonly events: { id: string; startMs: number; acknowledgedBy: string | null }[];
  readonly nextCursor: string | null;
  readonly total: number;
}

const keypoints = (x: number): number[] => Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 0.5 : x));

/** Track `n`: starts at n × 1000 ms for pairs of equal time, lasts 500 ms, 5 poses 100 ms apart, at x = n px. */
async function storeTrack(cameraId: string, n: number): Promise<void> {
  const { database } = bench.dashboard.parts;
  const startMs = Math.floor(n / 2) * 1000;
  const key = { cameraId, epoch: 1, trackNo: n };
  const span = {
    startMs,
    endMs: startMs + 400,
    startPtsUs: BigInt(startMs * 1000),
    endPtsUs: BigInt((startMs + 400) * 1000),
  };
  const measures = { poses: 5, meanScore: 0.5, maxSpeed: 1 };
  await database.track.create({ data: { ...key, ...span, ...measures, distance: 1, closed: true } });
  const poses = [0, 1, 2, 3, 4].map((i) => ({
    ptsUs: startMs * 1000 + i * 100_000,
    box: [n, 0, n + 10, 20] as [number, number, number, number],
    score: 0.5,
    keypoints: keypoints(n),
  }));
  const hull = { minX: n, minY: 0, maxX: n + 10, maxY: 20 };
  const packed = encodeSegment(poses, segmentStepPx(1));
  await database.trackSegment.create({ data: { ...key, segmentNo: 0, ...span, ...measures, ...hull, packed } });
}

async function storeEvent(cameraId: string, ruleId: string, n: number): Promise<void> {
  const measure = { name: 'dwell', value: 34, limit: 30, unit: 's' };
  await bench.dashboard.parts.database.event.create({
    data: {
      id: `${ruleId}-${cameraId}-1-${n}-0`,
      kind: 'running',
      ruleId,
      cameraId,
      epoch: 1,
      trackNo: n,
      startMs: n * 1000,
      endMs: n % 2 === 0 ? null : n * 1000 + 10,
      startPtsUs: 5n,
      measure,
      why: 'Ran.',
      snapshotPath: n === 1 ? 'snapshots/one.jpg' : null,
    },
  });
}

beforeAll(async () => {
  for (const name of ['Gate', 'Yard']) {
    const { body } = await bench.dashboard.admin.call('POST', '/api/cameras', { name, url: 'rtsp://10.0.0.1/' });
    cameras.push((body as { id: string }).id);
  }
  for (let n = 1; n <= TRACKS; n++) await storeTrack(cameras[n % 2], n);
  const rule = await bench.dashboard.admin.call('POST', '/api/rules', { kind: 'running', name: 'No running' });
  for (let n = 1; n <= 5; n++) await storeEvent(cameras[0], (rule.body as { id: string }).id, n);
}, 60_000);

const get = (where: string): Promise<Answer> => bench.dashboard.viewer.call('GET', where);
const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;

describe('the list of tracks', () => {
  it.each([1, 7, 50, 200])('comes newest first in pages of %i, each track once', async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = (await get(`/api/tracks?limit=${limit}${query}`)).body as TracksPage;
      expect(page.total).toBe(TRACKS);
      expect(page.tracks.length).toBeLessThanOrEqual(limit);
      seen.push(
        ...page.tracks.map(({ startMs, cameraId, trackNo }) => `${String(startMs).padStart(9)} ${cameraId} ${trackNo}`),
      );
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(TRACKS);
    const times = seen.map((text) => Number(text.slice(0, 9)));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('does not skip or repeat when a newer track arrives between two pages', async () => {
    const first = (await get('/api/tracks?limit=10')).body as TracksPage;
    await storeTrack(cameras[0], 900);
    const second = (await get(`/api/tracks?limit=200&cursor=${first.nextCursor ?? ''}`)).body as TracksPage;
    expect(first.tracks.length + second.tracks.length).toBe(TRACKS);
    await bench.dashboard.parts.database.track.deleteMany({ where: { trackNo: 900 } });
  });

  it('is narrowed by camera and by time, tracks that overlap the span included', async () => {
    const gate = (await get(`/api/tracks?cameraId=${cameras[0]}&limit=200`)).body as TracksPage;
    expect(gate.total).toBe(28);
    expect(new Set(gate.tracks.map((track) => track.cameraName))).toEqual(new Set(['Gate']));
    const span = (await get('/api/tracks?fromMs=2300&toMs=4000')).body as TracksPage;
    expect(span.tracks.map((track) => track.startMs)).toEqual([3000, 3000, 2000, 2000]);
    expect(span.total).toBe(4);
  });

  it.each([
    ['fromMs=5&toMs=4', 400, /fromMs.*toMs/],
    ['fromMs=yesterday', 400, /fromMs/],
    ['limit=100000', 400, /limit.*200/],
    ['limit=0', 400, /limit/],
    ['cursor=rubbish', 400, /cursor/],
    ['cursor=WzEsMiwzLDRd', 400, /cursor/],
    ['cameraId=cam_nowhere', 404, /camera cam_nowhere/],
    ['camera=cam_1', 400, /camera/],
    ['cameraId=%00', 400, /cameraId/],
  ])('?%s is refused, naming the field', async (query, status, message) => {
    const answer = await get(`/api/tracks?${query}`);
    expect(answer.status).toBe(status);
    expect(messageOf(answer)).toMatch(message);
  });
});

describe('stored poses', () => {
  it('are given back for one track', async () => {
    const answer = await get(`/api/tracks/${cameras[1]}/1/3/poses`);
    const { source, poses } = answer.body as {
      source: unknown;
      poses: { ptsUs: number; atMs: number; box: number[] }[];
    };
    expect(source).toBeNull();
    expect(poses.map(({ ptsUs, atMs, box }) => [ptsUs, atMs, box[0]])).toEqual(
      [0, 1, 2, 3, 4].map((i) => [1_000_000 + i * 100_000, 1000 + i * 100, 3]),
    );
    expect((await get(`/api/tracks/${cameras[1]}/1/999/poses`)).status).toBe(404);
    expect((await get(`/api/tracks/${cameras[1]}/x/1/poses`)).status).toBe(400);
  });

  it('are given back for a span of a camera, both ends included', async () => {
    const { database } = bench.dashboard.parts;
    await database.camera.update({ where: { id: cameras[1] }, data: { sourceWidthPx: 640, sourceHeightPx: 360 } });
    const answer = await get(`/api/cameras/${cameras[1]}/poses?epoch=1&fromPtsUs=1300000&toPtsUs=2100000`);
    expect(answer.body).toMatchObject({ source: { widthPx: 640, heightPx: 360 } });
    const { tracks } = answer.body as { tracks: { trackNo: number; poses: { ptsUs: number }[] }[] };
    expect(tracks.map(({ trackNo, poses }) => [trackNo, poses.map(({ ptsUs }) => ptsUs)])).toEqual([
      [3, [1_300_000, 1_400_000]],
      [5, [2_000_000, 2_100_000]],
    ]);
  });

  it.each([
    ['epoch=1&fromPtsUs=5&toPtsUs=4', /fromPtsUs.*toPtsUs/],
    ['epoch=1&fromPtsUs=0&toPtsUs=400000000', /toPtsUs.*300000000/],
    ['fromPtsUs=0&toPtsUs=1', /epoch/],
  ])('a span of %s is refused', async (query, message) => {
    const answer = await get(`/api/cameras/${cameras[1]}/poses?${query}`);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toMatch(message);
  });
});

describe('recordings', () => {
  it('are found by the moment they hold', async () => {
    const folder = path.join(bench.dashboard.dataDir, 'recordings', cameras[0], '3');
    await mkdir(folder, { recursive: true });
    for (const start of [1_000_000, 61_000_000]) await writeFile(path.join(folder, `${start}.mp4`), `from ${start}`);
    await writeFile(path.join(folder, '121000000.mp4'), '');
    const where = `/api/cameras/${cameras[0]}/recording?epoch=3&ptsUs=`;
    const answer = await bench.dashboard.viewer.send(`${where}61500000`, {});
    expect([answer.status, answer.body]).toEqual([200, 'from 61000000']);
    expect(answer.headers.get('x-start-pts-us')).toBe('61000000');
    expect(answer.headers.get('x-end-pts-us')).toBe('121000000');
    expect((await get(`${where}999999`)).status).toBe(404);
    expect((await get(`${where}121000001`)).status).toBe(404);
    expect((await get(`/api/cameras/${cameras[0]}/recording?epoch=4&ptsUs=1`)).status).toBe(404);
  });
});

describe('events', () => {
  it('come newest first in stable pages', async () => {
    const first = (await get('/api/events?limit=2')).body as EventsPage;
    const second = (await get(`/api/events?limit=3&cursor=${first.nextCursor ?? ''}`)).body as EventsPage;
    expect([...first.events, ...second.events].map(({ startMs }) => startMs)).toEqual([5000, 4000, 3000, 2000, 1000]);
    expect([first.total, second.nextCursor]).toEqual([5, null]);
  });

  it('are narrowed by camera, kind, time and acknowledgement', async () => {
    const count = async (query: string): Promise<number> =>
      ((await get(`/api/events?${query}`)).body as EventsPage).total;
    expect(await count(`cameraId=${cameras[1]}`)).toBe(0);
    expect(await count('kind=running')).toBe(5);
    expect(await count('kind=intrusion')).toBe(0);
    expect(await count('toMs=2000')).toBe(1);
    expect(await count('fromMs=4500')).toBe(3);
    expect(await count('acknowledged=yes')).toBe(0);
    expect((await get('/api/events?kind=dancing')).status).toBe(400);
    expect((await get('/api/events?cursor=x')).status).toBe(400);
  });

  it('are acknowledged once, by the first who does, and opened again', async () => {
    const { events } = (await get('/api/events?limit=1')).body as EventsPage;
    const where = `/api/events/${events[0].id}`;
    expect((await bench.dashboard.viewer.call('POST', `${where}/acknowledgement`)).body).toMatchObject({
      acknowledgedBy: 'viewer',
    });
    expect((await bench.dashboard.admin.call('POST', `${where}/acknowledgement`)).body).toMatchObject({
      acknowledgedBy: 'viewer',
    });
    expect(((await get('/api/events?acknowledged=yes')).body as EventsPage).total).toBe(1);
    expect((await bench.dashboard.admin.call('DELETE', `${where}/acknowledgement`)).body).toMatchObject({
      acknowledgedAt: null,
    });
    expect((await bench.dashboard.admin.call('POST', '/api/events/nothing/acknowledgement')).status).toBe(404);
  });

  it('have a snapshot where one was cut', async () => {
    await mkdir(path.join(bench.dashboard.dataDir, 'snapshots'));
    await writeFile(path.join(bench.dashboard.dataDir, 'snapshots', 'one.jpg'), 'jpeg');
    const { events } = (await get('/api/events?toMs=2000')).body as EventsPage;
    const picture = await bench.dashboard.viewer.send(`/api/events/${events[0].id}/snapshot.jpg`, {});
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const none = (await get('/api/events?limit=1')).body as EventsPage;
    expect((await get(`/api/events/${none.events[0].id}/snapshot.jpg`)).status).toBe(404);
  });

  it('and tracks of a deleted camera are hidden until it is restored', async () => {
    await bench.dashboard.admin.call('DELETE', `/api/cameras/${cameras[0]}`);
    expect(((await get('/api/events')).body as EventsPage).total).toBe(0);
    expect(((await get('/api/tracks')).body as TracksPage).total).toBe(29);
    await bench.dashboard.admin.call('POST', `/api/cameras/${cameras[0]}/restore`);
    expect(((await get('/api/events')).body as EventsPage).total).toBe(5);
  });
});
