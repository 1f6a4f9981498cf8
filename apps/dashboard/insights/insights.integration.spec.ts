import { seededRandom } from '#base/random.js';
import { createCamera, setSourceSize } from '#storage/cameras.js';
import { writeSegments, writeTracks } from '#storage/track-writes.js';
import { storedWalk } from '#testing/stored-tracks.js';
import type { Answer } from '../test-client.js';
import { benchOfFile } from '../test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();
const START_MS = Date.parse('2026-11-21T14:00:00Z');
const hour = `fromMs=${START_MS}&toMs=${START_MS + 3_600_000}`;

beforeAll(async () => {
  const { database } = bench.dashboard.parts;
  await createCamera(database, 'cam_a', { name: 'Door', url: 'rtsp://a' });
  await setSourceSize(database, 'cam_a', { widthPx: 640, heightPx: 480 });
  await database.rule.create({ data: { id: 'rul_a', kind: 'running', name: 'Running' } });
  const walk = { cameraId: 'cam_a', epoch: 1, trackNo: 1, startMs: START_MS, seconds: 5 } as const;
  const person = { from: [10, 400], to: [300, 400], heightPx: 120, posture: 'standing', together: 1 } as const;
  const { track, segments } = storedWalk({ ...walk, ...person }, seededRandom(3));
  await writeTracks(database, [track]);
  await writeSegments(database, segments);
  const event = { kind: 'running', ruleId: 'rul_a', cameraId: 'cam_a', epoch: 1, trackNo: 1, why: 'Ran.' } as const;
  await database.event.create({
    data: { ...event, id: 'evt_a', startMs: START_MS, endMs: START_MS + 3000, startPtsUs: 0n, measure: {} },
  });
}, 60_000);

const get = (route: string): Promise<Answer> => bench.dashboard.viewer.call('GET', `/api/insights/${route}`);

describe('insights', () => {
  it('tell a viewer how many people there were, where they stayed and went, and what rules led to', async () => {
    expect((await get(`people?${hour}&buckets=4`)).body).toEqual({
      ...{ fromMs: START_MS, bucketMs: 900_000 },
      cameras: [{ cameraId: 'cam_a', people: 1, counts: [1, 0, 0, 0] }],
    });
    const places = (await get(`places?${hour}&cameraId=cam_a`)).body as { seconds: number[] };
    expect(places).toMatchObject({ flows: [{ from: 'left', to: 'inside', people: 1 }], people: 1, isComplete: true });
    expect(places.seconds.reduce((sum, each) => sum + each, 0)).toBeCloseTo(5, 3);
    expect((await get(`rules?${hour}`)).body).toMatchObject({
      rules: [{ ruleId: 'rul_a', alerts: 1, open: 1, meanSec: 3, last: { id: 'evt_a', cameraName: 'Door' } }],
    });
  });

  it.each([
    ['people', 400, 'fromMs'],
    [`people?${hour}&buckets=0`, 400, 'buckets'],
    [`rules?fromMs=${START_MS}&toMs=1`, 400, 'toMs'],
    [`rules?fromMs=0&toMs=${START_MS}`, 400, 'toMs'],
    [`places?${hour}`, 400, 'cameraId'],
    [`places?${hour}&cameraId=cam_none`, 404, 'cam_none'],
  ])('refuse %s', async (route, status, named) => {
    const answer = await get(route);
    expect(answer.status).toBe(status);
    expect((answer.body as { error: { message: string } }).error.message).toContain(named);
  });
});
