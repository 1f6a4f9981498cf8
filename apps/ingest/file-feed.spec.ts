import { BytePool } from '#base/byte-pool.js';
import { seededRandom } from '#base/random.js';
import { FileFeed, type FileFeedParts } from './file-feed.js';
import type { CapturedFrame, StreamFacts } from './frame-sender.js';

const FRAMES = 120;
const CHECK_MS = 1000;
const FRAME_BYTES = 24;
const size = { widthPx: 4, heightPx: 2 };
const stream: StreamFacts = {
  ...{ cameraId: 'vid_a', epoch: 0, policy: 'file', source: size, analysis: size },
  ...{ profile: 'fast', modelId: null, freshnessMs: null },
};

/** A store that takes its time: each write is under way until it is told to be done. */
class SlowStore {
  private readonly writes: { readonly seq: number; readonly bytes: Uint8Array; readonly done: () => void }[] = [];
  readonly written: number[] = [];
  /** Time, which passes when somebody says so. */
  atMs = 0;

  get underWay(): number {
    return this.writes.length;
  }

  write({ seq, pixels }: CapturedFrame): Promise<void> {
    return new Promise((resolve) => {
      this.writes.push({ seq, bytes: pixels.bytes, done: resolve });
    });
  }

  /** Ends one write, and sees what bytes reached the store. */
  finish(index: number): void {
    const [{ seq, bytes, done }] = this.writes.splice(index, 1);
    expect([...bytes]).toEqual([...bytes].fill(seq));
    this.written.push(seq);
    done();
  }
}

describe('FileFeed', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([1, 2, 3, 4])(
    'stores each frame as it was read, whenever it is acknowledged or sent again (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const store = new SlowStore();
      const news = { still: fail, skipped: fail, ended: fail };
      const parts: FileFeedParts = {
        ...{ stream, inFlightLimit: () => 4, resendMs: CHECK_MS, signal: new AbortController().signal },
        clock: { nowMs: () => 0, monotonicMs: () => store.atMs },
        sender: { ...news, frame: (_, frame) => store.write(frame) },
        readNextSeq: () => Promise.resolve(0),
      };
      const feed = new FileFeed(parts, 0);
      const pool = new BytePool(2);
      const reader = { isDone: false };
      const feeding = feedAll(feed, pool).then(() => {
        reader.isDone = true;
      });
      for (let step = 0; !reader.isDone; step++) {
        expect(step).toBeLessThan(20_000);
        const newest = Math.max(-1, ...store.written);
        const [choice, before] = [random(), store.atMs];
        if (choice < 0.5 && store.underWay > 0) store.finish(Math.floor(random() * store.underWay));
        else if (choice < 0.8) feed.acknowledge(newest - Math.floor(random() * 2));
        else store.atMs += CHECK_MS;
        await jest.advanceTimersByTimeAsync(store.atMs === before ? 0 : CHECK_MS);
        overwriteReleased(pool);
      }
      await feeding;
      expect(new Set(store.written).size).toBe(FRAMES);
      expect(store.written.length).toBeGreaterThan(FRAMES); // some were sent again
    },
  );
});

/** As the next frames do that are read. */
function overwriteReleased(pool: BytePool): void {
  const next = pool.take(FRAME_BYTES);
  next.bytes.fill(255);
  next.release();
}

async function feedAll(feed: FileFeed, pool: BytePool): Promise<void> {
  for (let seq = 0; seq < FRAMES; seq++) {
    const pixels = pool.take(FRAME_BYTES);
    pixels.bytes.fill(seq);
    await feed.frame({ seq, ptsUs: seq, capturedAtMs: seq, pixels });
  }
}

function fail(): Promise<void> {
  return Promise.reject(new Error('only frames are fed here'));
}
