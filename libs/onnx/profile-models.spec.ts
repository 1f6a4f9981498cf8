import { readManifest, type Manifest } from './manifest.js';
import { modelsToPull, profilesHere } from './profile-models.js';

describe('the models of a profile', () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await readManifest('models/manifest.json');
  });
  const here = (...installed: string[]) => profilesHere(manifest, ({ id }) => installed.includes(id));

  it('are its own where they are installed, and where nothing is', () => {
    for (const profiles of [here(), here('rtmdet-nano-person', 'pp-tinypose-256', 'yolox-s', 'rtmpose-s')])
      expect(profiles).toEqual(manifest.profiles);
  });

  it('are others where only those are installed, and then the crowd has the same', () => {
    expect(here('yolox-s', 'rtmpose-m', 'mediapipe-pose')).toEqual({
      fast: manifest.profiles.fast,
      accurate: { detector: 'yolox-s', joints: null, pose: 'rtmpose-m', crowdPose: null },
      pose3d: { detector: 'yolox-s', joints: 'rtmpose-m', pose: 'mediapipe-pose', crowdPose: null },
    });
  });

  it('are its own one by one', () => {
    expect(here('rtmdet-nano-person', 'rtmpose-s').accurate).toEqual({
      detector: 'rtmdet-nano-person',
      joints: null,
      pose: 'rtmpose-s',
      crowdPose: null,
    });
  });

  it('keep the crowd model of joints in the picture where only that of joints in metres is another', () => {
    expect(here('rtmdet-nano-person', 'pp-tinypose-256', 'mediapipe-pose').pose3d).toEqual({
      detector: 'rtmdet-nano-person',
      joints: 'pp-tinypose-256',
      pose: 'mediapipe-pose',
      crowdPose: 'pp-tinypose-128',
    });
  });

  it.each([
    ['accurate', [], ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128']],
    ['accurate', ['yolox-s', 'rtmpose-s', 'rtmpose-m'], ['yolox-s', 'rtmpose-s']],
    ['accurate', ['rtmdet-nano-person', 'yolox-s', 'rtmpose-t'], ['rtmdet-nano-person', 'rtmpose-t']],
    ['fast', ['movenet-multipose'], ['movenet-multipose']],
    ['pose3d', ['yolox-s', 'rtmpose-s', 'mediapipe-pose'], ['yolox-s', 'rtmpose-s', 'mediapipe-pose']],
  ] as const)('to pull for %s where %j can be had are %j', (name, reachable, expected) => {
    expect(modelsToPull(manifest, name, ({ id }) => reachable.some((one) => one === id))).toEqual(expected);
  });

  it('are known, and do what the place asks of them', () => {
    const task = (id: string) => manifest.models.find((entry) => entry.id === id)?.task;
    for (const [name, { detector, joints, pose }] of Object.entries(manifest.alternatives ?? {})) {
      for (const id of joints) expect([name, id, task(id)]).toEqual([name, id, 'person-pose']);
      for (const id of detector) expect([name, id, task(id)]).toEqual([name, id, 'person-detection']);
      const own = name === 'accurate' || name === 'pose3d' ? task(manifest.profiles[name].pose) : null;
      for (const id of pose) expect([name, id, task(id)]).toEqual([name, id, own]);
    }
  });
});
