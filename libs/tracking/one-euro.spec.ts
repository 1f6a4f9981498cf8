import { seededRandom } from '#base/random.js';
import { oneEuroStep, type OneEuro } from './one-euro.js';

const settings = { minCutoffHz: 1, beta: 0.5, rateCutoffHz: 1 };

function run(values: readonly number[], fps: number, beta = settings.beta): number[] {
  let state: OneEuro = { value: values[0], rate: 0 };
  return values.map((value, at) => {
    if (at > 0) state = oneEuroStep(state, { value, dtSec: 1 / fps }, { ...settings, beta });
    return state.value;
  });
}

const spread = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

describe('One Euro filter', () => {
  it('follows the formulas of the paper for one step', () => {
    // rate: α = 1/(1 + (1/2π)/0.1) = 0.385870, 10/s · α; value: f = 1 + 0.5·3.858698, α = 0.647900
    const next = oneEuroStep({ value: 0, rate: 0 }, { value: 1, dtSec: 0.1 }, settings);
    expect(next.rate).toBeCloseTo(3.858698, 5);
    expect(next.value).toBeCloseTo(0.6479, 3);
  });

  it('takes jitter out of what stands still', () => {
    const random = seededRandom(4);
    const noisy = Array.from({ length: 300 }, () => random() - 0.5);
    expect(spread(run(noisy, 30).slice(60))).toBeLessThan(0.6 * spread(noisy.slice(60)));
  });

  it('lags less behind fast movement with a higher beta', () => {
    const ramp = Array.from({ length: 90 }, (_, at) => at);
    const lag = (beta: number) => 89 - (run(ramp, 30, beta).at(-1) ?? Number.NaN);
    expect(lag(1)).toBeLessThan(lag(0) / 3);
  });

  it('stays where a constant value is', () => {
    expect(run([7, 7, 7, 7], 10)).toEqual([7, 7, 7, 7]);
  });
});
