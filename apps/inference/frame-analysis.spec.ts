import { AppError } from '#base/errors.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import { createLogger } from '#observability/logger.js';
import { analyseFrame, type AnalysisParts } from './frame-analysis.js';

const size = { widthPx: 64, heightPx: 32 };

function frame(changes: Partial<FrameCaptured>): FrameCaptured {
  return {
    type: 'frame.captured',
    v: 1,
    cameraId: 'cam_a',
    epoch: 1,
    seq: 7,
    capturedAtMs: 1000,
    ptsUs: 700_000,
    traceId: 'cam_a-1-7',
    policy: 'live',
    source: size,
    analysis: size,
    profile: 'fast',
    modelId: 'model',
    expiresAtMs: 2000,
    ...changes,
  };
}

function parts(changes: Partial<AnalysisParts>): AnalysisParts {
  return {
    pixels: () => Promise.resolve(Buffer.alloc(64 * 32 * 3)),
    analyse: () => Promise.resolve({ kind: 'analysed', poses: [], provider: 'cpu', inferenceMs: 5 }),
    modelId: 'model',
    clock: { nowMs: () => 1500, monotonicMs: () => 1500 },
    log: createLogger({ service: 'inference', level: 'silent' }),
    ...changes,
  };
}

const gone = () => Promise.resolve(null);
const file = { policy: 'file', expiresAtMs: null } as const;

describe('the analysis of one frame', () => {
  it.each([
    ['a frame with pixels is analysed', frame({}), parts({}), { outcome: 'poses', provider: 'cpu', seq: 7 }],
    [
      'a live frame past its time is expired',
      frame({ expiresAtMs: 1499 }),
      parts({}),
      { outcome: 'skipped', reason: 'expired' },
    ],
    [
      'a live frame without pixels is expired',
      frame({}),
      parts({ pixels: gone }),
      { outcome: 'skipped', reason: 'expired' },
    ],
    [
      'a frame for another model fails',
      frame({ modelId: 'other' }),
      parts({}),
      { outcome: 'skipped', reason: 'failed' },
    ],
  ])('%s', async (_, message, world, expected) => {
    expect(await analyseFrame(message, world)).toMatchObject(expected);
  });

  it("leaves a file's frame whose pixels are gone to ingest, which sends it again", async () => {
    expect(await analyseFrame(frame(file), parts({ pixels: gone }))).toBeNull();
  });

  it('hands the frame back while the service stops', async () => {
    const stopping = parts({ analyse: () => Promise.reject(new AppError('cancelled', 'stopped')) });
    await expect(analyseFrame(frame(file), stopping)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
