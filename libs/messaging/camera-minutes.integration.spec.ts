import { pino } from 'pino';
import { startRedis, type TestServer } from '#testing/servers.js';
import { addToMinute, readMinutes, type MinuteFigures } from './camera-minutes.js';
import { closeRedis, openRedis, type Redis } from './redis.js';

let server: TestServer;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, pino({ level: 'silent' }));
}, 30_000);
afterAll(async () => {
  await closeRedis(redis);
  await server.stop();
});

const HOUR_MS = 3_600_000;
const START_MS = 500_000 * HOUR_MS;
const keepMs = 60_000;
const some: MinuteFigures = { analysed: 50, still: 5, dropped: 0, liveSec: 10, watchedSec: 10 };

describe('minutes of cameras', () => {
  it('add up, apart by camera and minute, and are read over the border of an hour', async () => {
    const both = new Map([
      ['cam_a', some],
      ['cam_b', { ...some, analysed: 1, liveSec: 0 }],
    ]);
    await addToMinute(redis, both, { atMs: START_MS - 1, keepMs });
    await addToMinute(redis, both, { atMs: START_MS, keepMs });
    await addToMinute(redis, new Map([['cam_a', { ...some, dropped: 3 }]]), { atMs: START_MS + 59_999, keepMs });
    const span = { fromMs: START_MS - HOUR_MS, toMs: START_MS + HOUR_MS };
    expect(await readMinutes(redis, 'cam_a', span)).toEqual([
      { startMs: START_MS - 60_000, ...some },
      { startMs: START_MS, analysed: 100, still: 10, dropped: 3, liveSec: 20, watchedSec: 20 },
    ]);
    expect(await readMinutes(redis, 'cam_b', { fromMs: START_MS, toMs: START_MS + 1 })).toMatchObject([
      { startMs: START_MS, analysed: 1, liveSec: 0 },
    ]);
    expect(await readMinutes(redis, 'cam_c', span)).toEqual([]);
  });

  it('are forgotten in time', async () => {
    await addToMinute(redis, new Map([['cam_d', some]]), { atMs: START_MS, keepMs: 5_000_000 });
    const left = await redis.pttl('minutes:cam_d:500000');
    expect(left).toBeGreaterThan(4_000_000);
    expect(left).toBeLessThanOrEqual(5_000_000);
  });
});
