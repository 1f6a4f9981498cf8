import { AppError } from '#base/errors.js';
import { tinyPlan } from '#testing/tiny-pose-model.js';
import { Batcher, type Estimator, type FrameResult } from './batcher.js';

const analysis = { widthPx: 32, heightPx: 32 };
const source = { widthPx: 64, heightPx: 64 };
const plan = tinyPlan('tiny.onnx');
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Batches that started, each to be ended by hand; a frame is known by its one pixel byte. */
class Sessions implements Estimator {
  readonly started: { bytes: number[]; end: () => void; fail: (problem: AppError) => void }[] = [];
  constructor(readonly sessions: number) {}
  readonly estimate: Estimator['estimate'] = (frames) =>
    new Promise((resolve, reject) => {
      const people = frames.map(({ pixels }) => [{ box: [0, 0, 1, 1] as const, score: pixels[0], keypoints: [] }]);
      this.started.push({
        bytes: frames.map(({ pixels }) => pixels[0]),
        end: () => {
          resolve({ people, inferenceMs: 5, provider: 'cpu' });
        },
        fail: reject,
      });
    });
}

function setup(options: { sessions: number; maxBatch: number }) {
  const sessions = new Sessions(options.sessions);
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const batcher = new Batcher(sessions, { maxBatch: options.maxBatch, clock });
  const analyse = (cameraId: string, byte: number, expiresAtMs: number | null = null): Promise<FrameResult> =>
    batcher.analyse({ cameraId, pixels: Uint8Array.of(byte), analysis, source, plan, expiresAtMs });
  const passTime = (toMs: number): void => {
    nowMs = toMs;
  };
  return { sessions, analyse, passTime };
}

const scoreOf = (result: FrameResult): number | string =>
  result.kind === 'analysed' ? result.poses[0].score : result.kind;

describe('Batcher', () => {
  it('sends a frame alone while a session is free, and gathers the rest until one is', async () => {
    const { sessions, analyse } = setup({ sessions: 2, maxBatch: 4 });
    const results = [1, 2, 3, 4, 5].map((byte) => analyse(`c${byte}`, byte));
    expect(sessions.started.map(({ bytes }) => bytes)).toEqual([[1], [2]]);
    sessions.started[0].end();
    await settle();
    expect(sessions.started.map(({ bytes }) => bytes)).toEqual([[1], [2], [3, 4, 5]]);
    for (const batch of sessions.started) batch.end();
    expect((await Promise.all(results)).map(scoreOf)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives each camera its turn although one has all its frames waiting first', async () => {
    const { sessions, analyse } = setup({ sessions: 1, maxBatch: 1 });
    for (const byte of [1, 2, 3, 4]) void analyse('many', byte);
    for (const byte of [11, 12]) void analyse('few', byte);
    for (let batch = 0; batch < 6; batch++) {
      sessions.started[batch].end();
      await settle();
    }
    expect(sessions.started.map(({ bytes }) => bytes[0])).toEqual([1, 11, 2, 12, 3, 4]);
  });

  it('gives up a live frame whose time ran out while it waited, and no other', async () => {
    const { sessions, analyse, passTime } = setup({ sessions: 1, maxBatch: 4 });
    const results = [analyse('a', 1), analyse('b', 2, 100), analyse('c', 3, 300), analyse('d', 4)];
    passTime(200);
    sessions.started[0].end();
    await settle();
    sessions.started[1].end();
    expect((await Promise.all(results)).map(scoreOf)).toEqual([1, 'expired', 3, 4]);
  });

  it('analyses the frames of a failed batch one by one, so that a bad frame fails alone', async () => {
    const { sessions, analyse } = setup({ sessions: 1, maxBatch: 4 });
    const blocker = analyse('x', 0);
    const results = [1, 2, 3].map((byte) => analyse(`c${byte}`, byte));
    const seen = Promise.allSettled(results);
    sessions.started[0].end();
    await blocker;
    await settle();
    sessions.started[1].fail(new AppError('internal', 'the batch failed'));
    for (let at = 2; at < 5; at++) {
      await settle();
      if (sessions.started[at].bytes[0] === 2) sessions.started[at].fail(new AppError('internal', 'bad frame'));
      else sessions.started[at].end();
    }
    expect((await seen).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('goes on after a failure', async () => {
    const { sessions, analyse } = setup({ sessions: 1, maxBatch: 1 });
    const bad = analyse('a', 1);
    sessions.started[0].fail(new AppError('internal', 'no'));
    await expect(bad).rejects.toThrow('no');
    const good = analyse('a', 2);
    await settle();
    sessions.started[1].end();
    expect(scoreOf(await good)).toBe(2);
  });
});
