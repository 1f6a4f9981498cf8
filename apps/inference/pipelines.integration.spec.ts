import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { InferenceRig } from '#testing/inference-rig.js';
import { waitUntil } from '#testing/servers.js';
import { picture, tinyPlan, writeTinyPoseModel } from '#testing/tiny-pose-model.js';

const MODEL = 'movenet-multipose';

describe('pipelines of the inference service', () => {
  let rig: InferenceRig;
  const file = (id: string, ending = 'onnx'): string => path.join(rig.folder, `${id}.${ending}`);

  /** Says of a model in the models folder that it is as the tiny one. */
  function describeModel(id: string): void {
    const { input, decoder, skeleton } = tinyPlan('').pose;
    const facts = { id, title: id, task: 'multi-person-pose', licence: 'none', input, decoder, skeleton };
    writeFileSync(file(id, 'model.json'), JSON.stringify(facts));
  }

  beforeAll(async () => {
    rig = await InferenceRig.start();
    writeTinyPoseModel(file(MODEL));
    writeTinyPoseModel(file('sound'));
    writeTinyPoseModel(file('not-finite'), 'not-finite');
    writeTinyPoseModel(file('few-joints'), 'few-joints');
    writeTinyPoseModel(file('unknown-operator'), 'unknown-operator');
    writeFileSync(file('corrupt'), 'not a model');
    for (const id of ['sound', 'not-finite', 'few-joints', 'unknown-operator', 'corrupt', 'missing']) describeModel(id);
    rig.startService();
  }, 60_000);
  afterAll(() => rig.stop());

  const ran = async (id: string): Promise<string> => {
    const outcome = await rig.outcome(id);
    return outcome.outcome === 'poses'
      ? `${outcome.profile} ${outcome.modelId}, ${outcome.poses.length} people`
      : outcome.outcome;
  };

  it('runs the model that a camera names, and another one when the camera changes its mind', async () => {
    expect(await ran(await rig.capture('cam_a', 0, { modelId: 'sound' }))).toBe('fast sound, 1 people');
    expect(await ran(await rig.capture('cam_a', 1))).toBe(`fast ${MODEL}, 1 people`);
  }, 30_000);

  it.each([
    ['corrupt', /corrupt\.onnx/],
    ['missing', /missing\.onnx is missing/],
    ['unknown-operator', /Conjure/],
    ['not-finite', /boxSize.* NaN/],
    ['few-joints', /heatmaps.*17/],
    ['never-heard-of', /no model "never-heard-of"/],
  ])(
    'costs a camera that names %s no frame, and says what is wrong',
    async (modelId, message) => {
      const cameraId = `cam_${modelId}`;
      expect(await ran(await rig.capture(cameraId, 0, { modelId: 'sound' }))).toBe('fast sound, 1 people');
      const wanting = [1, 2, 3].map((seq) => rig.capture(cameraId, seq, { modelId }));
      for (const id of await Promise.all(wanting)) expect(await ran(id)).toBe('fast sound, 1 people');
      await waitUntil(async () => {
        const [{ problems = [] }] = await rig.health();
        const found = problems.find((problem) => problem.modelId === modelId);
        if (found === undefined) throw new Error(`no problem of ${modelId}`);
        expect(found).toMatchObject({ profile: 'fast', problem: expect.stringMatching(message) as string });
      });
    },
    30_000,
  );

  it('takes a model as soon as it is repaired', async () => {
    rmSync(file('corrupt'));
    writeTinyPoseModel(file('corrupt'));
    let seq = 100;
    await waitUntil(async () => {
      const outcome = await ran(await rig.capture('cam_corrupt', seq++, { modelId: 'corrupt' }));
      if (outcome !== 'fast corrupt, 1 people') throw new Error(outcome);
    }, 10_000);
    await waitUntil(async () => {
      const [{ problems = [] }] = await rig.health();
      if (problems.some(({ modelId }) => modelId === 'corrupt')) throw new Error('still a problem');
    });
  }, 30_000);

  it('gives each of six live cameras its share of too few sessions, and counts what it cannot do', async () => {
    const size = { widthPx: 768, heightPx: 576 };
    const pixels = picture(size, [[50, 50]]);
    const cameras = Array.from({ length: 6 }, (_, index) => `cam_share${index}`);
    const mine = (): PosesEstimated[] => rig.order.filter(({ cameraId }) => cameras.includes(cameraId));
    const ANSWERS = 240;
    const feed = async (cameraId: string, inFlight: number): Promise<void> => {
      const sent: string[] = [];
      for (let seq = 0; mine().length < ANSWERS; seq++) {
        const live = { policy: 'live', expiresAtMs: systemClock.nowMs() + 1500 } as const;
        sent.push(await rig.capture(cameraId, seq, { pixels, analysis: size, source: size, ...live }));
        if (sent.length >= inFlight) await rig.outcome(sent.shift() ?? '');
      }
    };
    // The first camera offers three times as much as the others.
    await Promise.all(cameras.map((cameraId, index) => feed(cameraId, index === 0 ? 12 : 4)));
    const answered = mine().slice(0, ANSWERS);
    const analysed = cameras.map(
      (id) => answered.filter(({ cameraId, outcome }) => cameraId === id && outcome === 'poses').length,
    );
    expect(Math.max(...analysed) / Math.min(...analysed)).toBeLessThanOrEqual(1.2);
    const others = answered.filter(({ outcome }) => outcome !== 'poses');
    for (const other of others) expect(other).toMatchObject({ outcome: 'skipped', reason: 'expired' });
  }, 60_000);
});
