import { ruleDescriptions, ruleKinds, ruleParam, ruleParamProblems, type Rule } from './rule.js';

const rule = (params: Record<string, number>): Rule => ({ id: 'r', kind: 'running', name: 'R', zone: null, params });

describe('rules', () => {
  it.each(ruleKinds)('describes every parameter of %s so that a form can be drawn', (kind) => {
    const { parameters, text, label } = ruleDescriptions[kind];
    expect([text, label].every((words) => words.length > 4)).toBe(true);
    for (const { name, default: standard, min, max, unit, text: sentence } of parameters) {
      expect(standard >= min && standard <= max).toBe(true);
      expect(unit).not.toBe('');
      expect(sentence).toMatch(/^[A-Z].{15,}\.$/);
      expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    }
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
    expect(ruleParamProblems(kind, Object.fromEntries(parameters.map(({ name, min }) => [name, min])))).toEqual([]);
  });

  it.each([
    { name: 'the default for what is not said', params: {}, expected: 2.5 },
    { name: 'what is said', params: { speedHeightsPerSec: 4 }, expected: 4 },
    { name: 'the bound for what is out of bounds', params: { speedHeightsPerSec: 1e6 }, expected: 20 },
    { name: 'the default for what is no number', params: { speedHeightsPerSec: Number.NaN }, expected: 2.5 },
  ])('takes $name', ({ params, expected }) => {
    expect(ruleParam(rule(params), 'speedHeightsPerSec')).toBe(expected);
  });

  it('names each problem with its value and the allowed range', () => {
    expect(ruleParamProblems('running', { speedHeightsPerSec: 0, colour: 3 })).toEqual([
      'speedHeightsPerSec is 0; it must be 0.2 to 20 body heights/s',
      'running has no parameter "colour"; it has speedHeightsPerSec, durationSec, leaveSec',
    ]);
  });
});
