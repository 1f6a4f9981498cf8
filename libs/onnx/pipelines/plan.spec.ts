import { readManifest, type Manifest } from '../manifest.js';
import { modelsOf, planPipeline, type PipelineChoice, type PipelinePlan } from './plan.js';

const options = { modelsDir: '/models', crowdPeople: 20, maxAreaPx: 442_368, versionOf: () => '1' };

describe('planPipeline', () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await readManifest('models/manifest.json');
  });
  const plan = (choice: PipelineChoice, change = {}): PipelinePlan =>
    planPipeline(choice, manifest, { ...options, ...change });

  it.each<[string, PipelineChoice, string, string[]]>([
    ['fast is one model', { profile: 'fast', modelId: null }, 'one-stage', ['movenet-multipose']],
    [
      'accurate is a detector and joints, with a model for crowds',
      { profile: 'accurate', modelId: null },
      'top-down',
      ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128'],
    ],
    [
      'pose3d is people with joints, as accurate, and landmarks',
      { profile: 'pose3d', modelId: null },
      'pose-3d',
      ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128', 'blazepose-landmark-lite'],
    ],
    [
      'a landmark model in a profile without a model of joints gets that of pose3d',
      { profile: 'fast', modelId: 'mediapipe-pose' },
      'pose-3d',
      ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128', 'mediapipe-pose'],
    ],
    [
      'another pose model keeps the detector and does without the crowd model',
      { profile: 'accurate', modelId: 'rtmpose-s' },
      'top-down',
      ['rtmdet-nano-person', 'rtmpose-s'],
    ],
    [
      'a top-down model in a profile without a detector gets that of accurate',
      { profile: 'fast', modelId: 'pp-tinypose-128' },
      'top-down',
      ['rtmdet-nano-person', 'pp-tinypose-128'],
    ],
    [
      'a one-stage model needs no detector in any profile',
      { profile: 'accurate', modelId: 'rtmo-s' },
      'one-stage',
      ['rtmo-s'],
    ],
  ])('%s', (_, choice, kind, ids) => {
    const planned = plan(choice);
    expect(planned.kind).toBe(kind);
    expect(
      modelsOf(planned)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
  });

  it('has one key for one way to work, and another where a file or a setting changed', () => {
    const choice: PipelineChoice = { profile: 'accurate', modelId: null };
    expect(plan(choice).key).toBe(plan(choice).key);
    expect(plan(choice, { versionOf: () => '2' }).key).not.toBe(plan(choice).key);
    expect(plan(choice, { crowdPeople: 5 }).key).not.toBe(plan(choice).key);
  });

  it.each([
    ['nothing', /no model "nothing"/],
    ['osnet-x0-25', /re-identification; it finds no joints/],
    ['rtmdet-nano-person', /person-detection; it finds no joints/],
  ])('refuses %s as a pose model', (modelId, message) => {
    expect(() => plan({ profile: 'accurate', modelId })).toThrow(message);
  });
});
