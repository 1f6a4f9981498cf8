import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { InferenceRig, rigSizes } from '#testing/inference-rig.js';
import { waitUntil } from '#testing/servers.js';
import { writeTinyPoseModel } from '#testing/tiny-pose-model.js';

describe('the inference service', () => {
  let rig: InferenceRig;
  beforeAll(async () => {
    rig = await InferenceRig.start();
    writeTinyPoseModel(path.join(rig.folder, 'movenet-multipose.onnx'));
  }, 60_000);
  afterAll(() => rig.stop());

  it('sends poses in source pixels to the lane of the camera, or says why there are none, and shows that it lives', async () => {
    const service = rig.startService();
    const good = await rig.capture('cam_a', 0);
    const late = await rig.capture('cam_a', 1, { policy: 'live', expiresAtMs: 1 });
    const gone = await rig.capture('cam_b', 0, { pixels: null, policy: 'live', expiresAtMs: Number.MAX_SAFE_INTEGER });
    const short = await rig.capture('cam_b', 1, { pixels: Buffer.alloc(10) });
    const unknown = await rig.capture('cam_b', 2, { modelId: 'nothing' });
    expect(await rig.outcome(good)).toMatchObject({ outcome: 'poses', provider: 'cpu', ptsUs: 0, ...rigSizes });
    const found = await rig.outcome(good);
    if (found.outcome !== 'poses') throw new Error('no poses');
    // The white cell's middle is (50, 34) in the analysis picture, which is half as large as the source.
    expect(found.poses.map((pose) => pose.keypoints.slice(0, 2))).toEqual([[100, 68]]);
    expect(found.poses[0].box).toEqual([76, 28, 124, 108]);
    expect(await rig.outcome(late)).toMatchObject({ outcome: 'skipped', reason: 'expired' });
    expect(await rig.outcome(gone)).toMatchObject({ outcome: 'skipped', reason: 'expired' });
    expect(await rig.outcome(short)).toMatchObject({ outcome: 'skipped', reason: 'failed' });
    expect(await rig.outcome(unknown)).toMatchObject({
      outcome: 'poses',
      profile: 'fast',
      modelId: 'movenet-multipose',
    });
    const beats = await rig.health();
    expect(beats).toMatchObject([{ service: 'inference', provider: 'cpu', sessions: 1 }]);
    await rig.end(service, 'SIGTERM');
    expect(service.exitCode ?? service.signalCode).toBe('SIGTERM');
  }, 60_000);

  it('loses no frame when it is killed in the middle, because another process takes them over', async () => {
    const first = rig.startService();
    const ids: string[] = [];
    for (let seq = 0; seq < 200; seq++) ids.push(await rig.capture('vid_k', seq));
    await rig.outcome(ids[5]);
    await rig.end(first, 'SIGKILL');
    rig.startService();
    await waitUntil(async () => {
      await Promise.resolve();
      const missing = ids.filter((id) => !rig.outcomes.has(id));
      if (missing.length > 0) throw new Error(`${missing.length} frames are missing`);
    }, 40_000);
    for (const id of ids) expect(rig.outcomes.get(id)?.[0]).toMatchObject({ outcome: 'poses' });
  }, 60_000);

  it('ends with a message that names the file when the model is not installed', async () => {
    const empty = mkdtempSync(path.join(rig.folder, 'empty-'));
    const service = rig.startService({ POSEWATCH_MODELS_DIR: empty });
    let text = '';
    service.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    await once(service, 'close');
    expect(service.exitCode).toBe(1);
    expect(text).toContain(path.join(empty, 'movenet-multipose.onnx'));
    expect(text).toContain('posewatch models pull');
  }, 30_000);
});
