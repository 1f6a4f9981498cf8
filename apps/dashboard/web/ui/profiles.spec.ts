import type { Models } from '../api/types.js';
import { analysisNote, missingModels } from './profiles.js';

function model(id: string, task: Models['models'][number]['task'], state: 'installed' | 'missing' = 'installed') {
  const about = { licence: 'MIT', obligations: null, origin: '', bytes: 1, inputSize: null, problem: null };
  return {
    id,
    title: id.toUpperCase(),
    task,
    state,
    profiles: [],
    own: false,
    removable: true,
    fetchable: true,
    file: null,
    pull: null,
    ...about,
  };
}

function models(missing: readonly string[]): Models {
  const state = (id: string) => (missing.includes(id) ? 'missing' : 'installed');
  return {
    models: [
      model('one', 'multi-person-pose', state('one')),
      model('find', 'person-detection', state('find')),
      model('joints', 'person-pose', state('joints')),
      model('better', 'person-pose', state('better')),
    ],
    profiles: [
      { name: 'fast', models: ['one'], missing: [], toPull: [] },
      {
        name: 'accurate',
        models: ['find', 'joints'],
        missing: ['find', 'joints'].filter((id) => missing.includes(id)),
        toPull: [],
      },
    ],
    problems: [],
  };
}

const wants = (modelId: string | null = null) => ({ profile: 'accurate', modelId }) as const;
const ranFast = { profile: 'fast', modelId: 'one' } as const;
const ranAccurate = { profile: 'accurate', modelId: 'joints' } as const;

describe('a camera that wants accurate', () => {
  it.each([
    ['gets it', wants(), ranAccurate, [], null],
    ['has sent no frame, and could run', wants(), null, [], null],
    [
      'has sent no frame, and lacks a model',
      wants(),
      null,
      ['find'],
      ['Cannot run Accurate', 'FIND is not installed.'],
    ],
    [
      'runs fast: a model is missing',
      wants(),
      ranFast,
      ['find'],
      ['Runs Fast, not Accurate', 'FIND is not installed.'],
    ],
    [
      'runs fast: two models are missing',
      wants(),
      ranFast,
      ['find', 'joints'],
      ['Runs Fast, not Accurate', 'FIND and JOINTS are not installed.'],
    ],
    ['runs fast for no known reason', wants(), ranFast, [], ['Runs Fast, not Accurate', null]],
    [
      'runs the own model of the profile instead of a chosen one',
      wants('better'),
      ranAccurate,
      ['better'],
      ['Runs JOINTS, not BETTER', 'BETTER is not installed.'],
    ],
  ] as const)('and %s', (_, camera, ran, missing, note) => {
    const said = analysisNote({ camera, ran, models: models(missing), problems: [] });
    expect(said).toEqual(note === null ? null : { short: note[0], why: note[1] });
  });

  it('is told what inference says when all models are there', () => {
    const about = { camera: wants(), ran: ranFast, models: models([]) };
    const problem = { profile: 'accurate', modelId: null, problem: 'FIND gives NaN.' } as const;
    expect(analysisNote({ ...about, problems: [problem] })?.why).toBe('FIND gives NaN.');
    expect(analysisNote({ ...about, problems: [{ ...problem, modelId: 'better' }] })?.why).toBeNull();
  });
});

it('does not miss the model that a chosen one stands in for', () => {
  expect(missingModels(wants('better'), models(['joints']))).toEqual([]);
  expect(missingModels(wants('better'), models(['joints', 'find']))).toEqual(['find']);
});
