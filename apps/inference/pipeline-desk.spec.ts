import { AppError } from '#base/errors.js';
import { readManifest, type Manifest } from '#onnx/manifest.js';
import type { PipelineChoice } from '#onnx/pipelines/plan.js';
import { PipelineDesk, type Candidate, type PipelineProblem } from './pipeline-desk.js';

const accurate: PipelineChoice = { profile: 'accurate', modelId: null };
const fast: PipelineChoice = { profile: 'fast', modelId: null };
const RETRY_MS = 30_000;

async function setup() {
  let manifest: Manifest = await readManifest('models/manifest.json');
  let nowMs = 0;
  const versions = new Map<string, string>();
  const told: PipelineProblem[] = [];
  const desk = await PipelineDesk.open({
    readManifest: () => Promise.resolve(manifest),
    defaultModelId: 'movenet-multipose',
    planOptions: {
      modelsDir: '/models',
      crowdPeople: 20,
      maxAreaPx: 442_368,
      versionOf: (file) => versions.get(file) ?? '1',
    },
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    onProblem: (problem) => told.push(problem),
  });
  return {
    desk,
    told,
    ids: (cameraId: string, choice: PipelineChoice): string[] =>
      desk.candidates(cameraId, choice).map(({ plan }) => plan.pose.id),
    first: (cameraId: string, choice: PipelineChoice): Candidate => desk.candidates(cameraId, choice)[0],
    pass: (ms: number): void => {
      nowMs += ms;
    },
    replaceFile: (file: string): void => {
      versions.set(file, String(nowMs));
    },
    change: (edit: (from: Manifest) => Manifest): void => {
      manifest = edit(manifest);
    },
  };
}

const broken = new AppError('unavailable', 'no provider runs it');

describe('PipelineDesk', () => {
  it('offers what a camera wants first and the default pipeline behind it', async () => {
    const { ids } = await setup();
    expect(ids('a', accurate)).toEqual(['pp-tinypose-256', 'movenet-multipose']);
    expect(ids('a', fast)).toEqual(['movenet-multipose']);
    expect(ids('a', { profile: 'accurate', modelId: 'pp-tinypose-128' })).toEqual([
      'pp-tinypose-128',
      'movenet-multipose',
    ]);
  });

  it('keeps one plan for one choice, so that frames of many cameras share a batch', async () => {
    const { desk, first } = await setup();
    const { plan } = first('a', accurate);
    await desk.refresh();
    expect(first('b', accurate).plan).toBe(plan);
  });

  it('puts a pipeline that failed aside for every camera, and tells of it once', async () => {
    const { desk, first, ids, told } = await setup();
    const candidate = first('a', accurate);
    desk.failed(candidate, broken);
    desk.failed(candidate, broken);
    expect(ids('b', accurate)).toEqual(['movenet-multipose']);
    expect(told).toEqual([{ ...accurate, problem: 'no provider runs it' }]);
    expect(desk.problems()).toEqual(told);
  });

  it('goes on with the pipeline that last worked for the camera', async () => {
    const { desk, first, ids } = await setup();
    desk.worked('a', first('a', accurate));
    const other: PipelineChoice = { profile: 'accurate', modelId: 'pp-tinypose-128' };
    desk.failed(first('a', other), broken);
    expect(ids('a', other)).toEqual(['pp-tinypose-256', 'movenet-multipose']);
    expect(ids('never seen', other)).toEqual(['movenet-multipose']);
  });

  it('tries it again after a pause, with one frame, and forgets the problem when that works', async () => {
    const { desk, first, ids, pass } = await setup();
    desk.failed(first('a', accurate), broken);
    pass(RETRY_MS - 1);
    expect(ids('a', accurate)).toEqual(['movenet-multipose']);
    pass(1);
    const trial = first('a', accurate);
    expect(trial.plan.pose.id).toBe('pp-tinypose-256');
    expect(ids('b', accurate)).toEqual(['movenet-multipose']);
    desk.worked('a', trial);
    expect(ids('b', accurate)).toEqual(['pp-tinypose-256', 'movenet-multipose']);
    expect(desk.problems()).toEqual([]);
  });

  it('tries it again at once when one of its files has changed', async () => {
    const { desk, first, ids, pass, replaceFile } = await setup();
    desk.failed(first('a', accurate), broken);
    pass(1000);
    replaceFile('/models/rtmdet_nano_person.onnx');
    await desk.refresh();
    expect(ids('a', accurate)).toEqual(['pp-tinypose-256', 'movenet-multipose']);
  });

  it('does not blame a repaired pipeline for a frame that failed before', async () => {
    const { desk, first, replaceFile } = await setup();
    const old = first('a', accurate);
    replaceFile('/models/pp_tinypose_256x192.onnx');
    await desk.refresh();
    desk.failed(old, broken);
    expect(desk.problems()).toEqual([]);
  });

  it('names a model that is not known or finds no joints, and takes it once it is there', async () => {
    const { desk, ids, change } = await setup();
    const mine: PipelineChoice = { profile: 'accurate', modelId: 'mine' };
    expect(ids('a', mine)).toEqual(['movenet-multipose']);
    expect(ids('a', { profile: 'fast', modelId: 'osnet-x0-25' })).toEqual(['movenet-multipose']);
    expect(desk.problems()).toMatchObject([
      { modelId: 'mine', problem: expect.stringContaining('no model "mine"') as string },
      { modelId: 'osnet-x0-25', problem: expect.stringContaining('finds no joints') as string },
    ]);
    change((from) => ({ ...from, models: [...from.models, { ...from.models[0], id: 'mine' }] }));
    await desk.refresh();
    expect(ids('a', mine)).toEqual(['mine', 'movenet-multipose']);
  });

  it('offers the default pipeline even after it failed, as there is nothing else', async () => {
    const { desk, first, ids } = await setup();
    desk.failed(first('a', fast), broken);
    expect(ids('a', fast)).toEqual(['movenet-multipose']);
    desk.failed(first('a', accurate), broken);
    expect(ids('a', accurate)).toEqual(['movenet-multipose']);
  });

  it('forgets a problem that no frame asks about any more', async () => {
    const { desk, first, pass } = await setup();
    desk.failed(first('a', accurate), broken);
    pass(60_001);
    await desk.refresh();
    expect(desk.problems()).toEqual([]);
  });

  it('refuses an unknown default model', async () => {
    const manifest = await readManifest('models/manifest.json');
    const options = { modelsDir: '/models', crowdPeople: 20, maxAreaPx: 1, versionOf: () => '1' };
    const clock = { nowMs: () => 0, monotonicMs: () => 0 };
    const opening = PipelineDesk.open({
      readManifest: () => Promise.resolve(manifest),
      defaultModelId: 'nothing',
      planOptions: options,
      clock,
      onProblem: () => undefined,
    });
    await expect(opening).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});
