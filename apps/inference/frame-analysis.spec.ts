import { AppError } from '#base/errors.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import { createLogger } from '#observability/logger.js';
import { tinyPlan } from '#testing/tiny-pose-model.js';
import { analyseFrame, type AnalysisParts, type PipelineSource } from './frame-analysis.js';
import type { Candidate } from './pipeline-desk.js';

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

const candidateOf = (profile: 'fast' | 'accurate', modelId: string): Candidate => {
  const plan = tinyPlan(`${modelId}.onnx`);
  return { choice: { profile, modelId: null }, plan: { ...plan, pose: { ...plan.pose, id: modelId } } };
};
const wanted = candidateOf('accurate', 'wanted');
const standIn = candidateOf('fast', 'default');

/** What a frame's two pipelines were told. */
class Source implements PipelineSource {
  readonly told: string[] = [];
  readonly candidates = (): readonly Candidate[] => [wanted, standIn];
  readonly worked = (cameraId: string, { plan }: Candidate): void => {
    this.told.push(`${plan.pose.id} worked for ${cameraId}`);
  };
  readonly failed = ({ plan }: Candidate, problem: AppError): void => {
    this.told.push(`${plan.pose.id} failed: ${problem.message}`);
  };
}

/** An analysis in which the pipelines of these models fail. */
const without =
  (...broken: readonly string[]): AnalysisParts['analyse'] =>
  ({ plan }) =>
    broken.includes(plan.pose.id)
      ? Promise.reject(new AppError('unavailable', 'no good'))
      : Promise.resolve({ kind: 'analysed', poses: [], provider: 'cpu', inferenceMs: 5 });

function parts(changes: Partial<AnalysisParts>): AnalysisParts {
  return {
    pixels: () => Promise.resolve(Buffer.alloc(64 * 32 * 3)),
    analyse: () => Promise.resolve({ kind: 'analysed', poses: [], provider: 'cpu', inferenceMs: 5 }),
    pipelines: new Source(),
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
      'a frame tells which pipeline it went through',
      frame({ profile: 'accurate' }),
      parts({}),
      { outcome: 'poses', profile: 'accurate', modelId: 'wanted' },
    ],
    [
      'a frame whose pipeline is broken goes through the one that stands in',
      frame({ profile: 'accurate' }),
      parts({ analyse: without('wanted') }),
      { outcome: 'poses', profile: 'fast', modelId: 'default' },
    ],
    [
      'a frame fails where nothing works',
      frame({}),
      parts({ analyse: without('wanted', 'default') }),
      { outcome: 'skipped', reason: 'failed' },
    ],
    [
      'a frame with bad pixels fails in every pipeline, so no other is tried',
      frame({}),
      parts({ analyse: () => Promise.reject(new AppError('invalid-input', 'has 5 bytes')) }),
      { outcome: 'skipped', reason: 'failed' },
    ],
  ])('%s', async (_, message, world, expected) => {
    expect(await analyseFrame(message, world)).toMatchObject(expected);
  });

  it('says which pipeline worked and which did not, and blames none for bad pixels', async () => {
    const pipelines = new Source();
    await analyseFrame(frame({}), parts({ pipelines, analyse: without('wanted') }));
    expect(pipelines.told).toEqual(['wanted failed: no good', 'default worked for cam_a']);
    const innocent = new Source();
    const bad = (): Promise<never> => Promise.reject(new AppError('invalid-input', 'has 5 bytes'));
    await analyseFrame(frame({}), parts({ pipelines: innocent, analyse: bad }));
    expect(innocent.told).toEqual([]);
  });

  it("leaves a file's frame whose pixels are gone to ingest, which sends it again", async () => {
    expect(await analyseFrame(frame(file), parts({ pixels: gone }))).toBeNull();
  });

  it('hands the frame back while the service stops', async () => {
    const stopping = parts({ analyse: () => Promise.reject(new AppError('cancelled', 'stopped')) });
    await expect(analyseFrame(frame(file), stopping)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
