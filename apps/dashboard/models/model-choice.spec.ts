import { checkChoice } from './model-choice.js';

const models = [
  { id: 'one-stage', task: 'multi-person-pose' },
  { id: 'joints', task: 'person-pose' },
  { id: 'joints-3d', task: 'person-pose-3d' },
  { id: 'finder', task: 'person-detection' },
] as const;

describe('a model in the place of the one of a profile', () => {
  it.each([
    ['fast', null],
    ['fast', 'one-stage'],
    ['accurate', 'joints'],
    ['pose3d', 'joints-3d'],
  ] as const)('of %s may be %s', (profile, modelId) => {
    expect(() => {
      checkChoice({ profile, modelId }, models);
    }).not.toThrow();
  });

  it.each([
    ['fast', 'joints', /model joints cannot do what profile fast needs; with fast use one-stage/],
    ['accurate', 'finder', /model finder cannot .* use joints\./],
    ['pose3d', 'nothing', /there is no model nothing; with pose3d use joints-3d/],
  ] as const)('of %s cannot be %s', (profile, modelId, message) => {
    expect(() => {
      checkChoice({ profile, modelId }, models);
    }).toThrow(message);
  });
});
