import { pino } from 'pino';
import { z } from 'zod';
import { seededRandom } from '#base/random.js';
import { liveStreamKey } from '#contracts/channels.js';
import { frameStore } from '#frames/frame-store.js';
import { startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { openKeyValues, type KeyValues } from './key-values.js';
import { appendLive, readLive, startOfLive, type LiveEntry } from './live-stream.js';
import { closeRedis, openRedis, type Redis } from './redis.js';
import { openTopics } from './topics.js';

const log = pino({ level: 'silent' });
const schema = z.object({ n: z.number() });

let server: TestServer;
let redis: Redis;
let keyValues: KeyValues;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, log);
  keyValues = openKeyValues(redis);
}, 30_000);

afterAll(async () => {
  await closeRedis(redis);
  await server.stop();
});

describe('topics', () => {
  it('reach every listener, leave out what breaks the schema, and survive a restart of Redis', async () => {
    const topics = openTopics(server.url, log);
    const [a, b]: [number[], number[]] = [[], []];
    const end = await topics.subscribe('news', schema, (message) => a.push(message.n));
    await topics.subscribe('news', schema, (message) => b.push(message.n));
    await topics.publish('news', { n: 'x' });
    await topics.publish('news', { n: 1 });
    await waitUntil(() =>
      Promise.resolve().then(() => {
        expect([a, b]).toEqual([[1], [1]]);
      }),
    );
    end();
    await server.kill();
    await server.restart();
    await waitUntil(async () => {
      await topics.publish('news', { n: 2 });
      expect(b.at(-1)).toBe(2);
    });
    expect(a).toEqual([1]);
    await topics.close();
  }, 30_000);
});

describe('key values', () => {
  it('give back bytes as they were, and null once deleted or expired', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await keyValues.setBytes('a', bytes, 60_000);
    await keyValues.setBytes('b', bytes, 1);
    expect(await keyValues.getBytes('a')).toEqual(bytes);
    await waitUntil(async () => {
      expect(await keyValues.getBytes('b')).toBeNull();
    });
    await keyValues.delete(['a', 'missing']);
    await keyValues.delete([]);
    expect(await keyValues.getBytes('a')).toBeNull();
  });

  it('store bytes of any size as they are, also where Redis goes away meanwhile', async () => {
    const random = seededRandom(3);
    const all = [0, 1, 70_000, 2_000_000].map((length) => Uint8Array.from({ length }, () => random() * 256));
    const store = (): Promise<unknown> =>
      Promise.all(all.map((bytes, index) => keyValues.setBytes(`sized:${index}`, bytes, 60_000)));
    const underWay = store();
    await server.kill();
    const whileAway = store();
    await server.restart();
    await Promise.all([underWay, whileAway]);
    for (const [index, bytes] of all.entries()) {
      const stored = await keyValues.getBytes(`sized:${index}`);
      expect(stored?.equals(bytes)).toBe(true);
    }
  }, 30_000);

  it('list values of one prefix literally and leave out what is not of the schema', async () => {
    await keyValues.setJson('l*st:1', { n: 1 }, 60_000);
    await keyValues.setJson('l*st:2', { n: 2 }, 60_000);
    await keyValues.setJson('l*st:3', { m: 3 }, 60_000);
    await keyValues.setJson('lost:4', { n: 4 }, 60_000);
    const listed = await keyValues.listJson('l*st:', schema);
    expect(listed.map((value) => value.n).sort()).toEqual([1, 2]);
    expect(await keyValues.getJson('l*st:1', schema)).toEqual({ n: 1 });
    expect(await keyValues.getJson('l*st:3', schema)).toBeNull();
  });

  it('lend a lease to one owner at a time, until it is given back or runs out', async () => {
    expect(await keyValues.acquireLease('lease', 'one', 60_000)).toBe(true);
    expect(await keyValues.acquireLease('lease', 'two', 60_000)).toBe(false);
    expect(await keyValues.acquireLease('lease', 'one', 60_000)).toBe(true);
    await keyValues.releaseLease('lease', 'two');
    expect(await keyValues.acquireLease('lease', 'two', 60_000)).toBe(false);
    await keyValues.releaseLease('lease', 'one');
    expect(await keyValues.acquireLease('lease', 'two', 1)).toBe(true);
    await waitUntil(async () => {
      expect(await keyValues.acquireLease('lease', 'three', 60_000)).toBe(true);
    });
  });
});

it('a frame store gives pixels back until they are discarded', async () => {
  const frames = frameStore(keyValues, 60_000);
  const key = { cameraId: 'cam_a', epoch: 1, seq: 2 };
  await frames.put(key, Buffer.from([1, 2, 3]));
  expect(await frames.get(key)).toEqual(Buffer.from([1, 2, 3]));
  await frames.discard([key]);
  expect(await frames.get(key)).toBeNull();
});

describe('a live stream', () => {
  const limits = { maxBytes: 1000, ttlMs: 60_000 };
  const init = (epoch: number): LiveEntry => ({
    kind: 'init',
    epoch,
    keyframe: false,
    ptsUs: 0,
    bytes: Buffer.from([epoch]),
  });
  const fragment = (ptsUs: number, keyframe: boolean, size = 10): LiveEntry => ({
    kind: 'fragment',
    epoch: 1,
    keyframe,
    ptsUs,
    bytes: Buffer.alloc(size, ptsUs),
  });
  const times = async (cameraId: string): Promise<(number | string)[]> =>
    (await startOfLive(redis, cameraId)).map((entry) => (entry.kind === 'init' ? `init ${entry.epoch}` : entry.ptsUs));

  it('starts a viewer with the newest init and key frame, and keeps two groups of pictures', async () => {
    expect(await times('a')).toEqual([]);
    await appendLive(redis, 'a', { ...init(1), ...limits });
    await appendLive(redis, 'a', { ...fragment(1, false), ...limits });
    expect(await times('a')).toEqual([]);
    for (let i = 0; i < 12; i++) await appendLive(redis, 'a', { ...fragment(100 + i, i % 4 === 0), ...limits });
    expect(await times('a')).toEqual(['init 1', 108, 109, 110, 111]);
    expect(await redis.xlen(liveStreamKey('a'))).toBe(8);
    const start = await startOfLive(redis, 'a');
    expect(start[0].bytes).toEqual(Buffer.from([1]));
    expect(start[1]).toMatchObject({ keyframe: true, epoch: 1, bytes: Buffer.alloc(10, 108) });
  });

  it('hands the entries that follow to a reader, once each', async () => {
    await appendLive(redis, 'b', { ...init(1), ...limits });
    const fromId = await appendLive(redis, 'b', { ...fragment(5, true), ...limits });
    const reader = openRedis(server.url, log);
    expect(await readLive(reader, 'b', { fromId, blockMs: 1 })).toEqual([]);
    const waiting = readLive(reader, 'b', { fromId, blockMs: 10_000 });
    await appendLive(redis, 'b', { ...fragment(6, false), ...limits });
    expect((await waiting).map((entry) => entry.ptsUs)).toEqual([6]);
    await closeRedis(reader);
  });

  it('holds no more than its bytes: one group when two are too many, and one entry when even that is', async () => {
    await appendLive(redis, 'c', { ...init(1), ...limits });
    for (let i = 0; i < 8; i++) await appendLive(redis, 'c', { ...fragment(i, i % 4 === 0, 200), ...limits });
    expect(await times('c')).toEqual(['init 1', 4, 5, 6, 7]);
    expect(await redis.xlen(liveStreamKey('c'))).toBe(4);
    for (let i = 8; i < 20; i++) await appendLive(redis, 'c', { ...fragment(i, false, 200), ...limits });
    expect(await times('c')).toEqual([]);
    expect(await redis.xlen(liveStreamKey('c'))).toBe(1);
    await appendLive(redis, 'c', { ...fragment(20, true, 200), ...limits });
    expect(await times('c')).toEqual(['init 1', 20]);
  });

  it('says that its beginning is lost, as after Redis came back empty, until it gets an init', async () => {
    await expect(appendLive(redis, 'e', { ...fragment(1, true), ...limits })).rejects.toMatchObject({
      kind: 'data-loss',
    });
    await appendLive(redis, 'e', { ...init(1), ...limits });
    await appendLive(redis, 'e', { ...fragment(2, true), ...limits });
    expect(await times('e')).toEqual(['init 1', 2]);
  });

  it('starts afresh with a new init', async () => {
    await appendLive(redis, 'd', { ...init(1), ...limits });
    await appendLive(redis, 'd', { ...fragment(1, true), ...limits });
    await appendLive(redis, 'd', { ...init(2), ...limits });
    expect(await times('d')).toEqual([]);
  });
});
