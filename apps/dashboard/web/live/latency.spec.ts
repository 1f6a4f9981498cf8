import { nextDelay, steer } from './latency.js';

describe('nextDelay', () => {
  it('grows at once to cover late poses and shrinks slowly afterwards', () => {
    const grown = nextDelay(0.4, 1.2, 0.1);
    expect(grown).toBeCloseTo(1.35);
    const later = nextDelay(grown, 0.2, 0.1);
    expect(later).toBeLessThan(grown);
    expect(later).toBeGreaterThan(grown - 0.02);
  });

  it('stays within its bounds whatever the lag', () => {
    expect(nextDelay(0.4, 60, 0.1)).toBe(3);
    expect(nextDelay(0, -5, 0.1)).toBe(0.35);
  });
});

describe('steer', () => {
  it.each([
    ['in place', 1.02, 1, { rate: 1, isFarOff: false }],
    ['a little behind', 1.5, 1, { rate: 1.2, isFarOff: false }],
    ['too near', 0.61, 1, { rate: 0.85, isFarOff: false }],
    ['far too near', 0, 2, { rate: 0.6, isFarOff: true }],
    ['far behind', 9, 1, { rate: 1.25, isFarOff: true }],
  ])('%s', (_, behindSec, delaySec, expected) => {
    expect(steer(behindSec, delaySec)).toEqual(expected);
  });

  it('brings a simulated player to its delay and keeps it there', () => {
    let behindSec = 2.2;
    for (let tick = 0; tick < 200; tick++) {
      behindSec += 0.1 * (1 - steer(behindSec, 0.6).rate);
    }
    expect(Math.abs(behindSec - 0.6)).toBeLessThan(0.07);
  });
});
