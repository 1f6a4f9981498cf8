import { figureOf, type Build, type Figure } from './figure.js';
import { running, standing, walking, type Posture } from './gait.js';

const build: Build = { heightM: 1.75, girth: 1, longHair: false, bag: false, shortSleeves: false };
const strideM = 1.4;

function posed(posture: Posture, xM = 0): Figure {
  return figureOf(build, posture, { xM, yM: 0, headingRad: 0 });
}

/** Soles of the left and right foot, at heel and toes. */
function soles(figure: Figure) {
  const [left, right] = figure.parts
    .filter(({ material }) => material === 'shoes')
    .filter((_, index) => index % 2 === 0);
  return { left, right };
}

function lowestM(figure: Figure): number {
  return Math.min(...figure.parts.map(({ from, to, fromRadiusM }) => Math.min(from[2], to[2]) - fromRadiusM));
}

const phases = Array.from({ length: 40 }, (_, index) => index / 40);

describe('a figure', () => {
  it('touches the floor at every moment of a walk, and never sinks into it', () => {
    for (const phase of phases) expect(lowestM(posed(walking(phase)))).toBeCloseTo(0, 2);
  });

  it('leaves the floor between the steps of a run', () => {
    const heights = phases.map((phase) => lowestM(posed(running(phase))));
    expect(Math.min(...heights)).toBeLessThan(0.02);
    expect(Math.max(...heights)).toBeGreaterThan(0.05);
  });

  it('is as tall as it is built, standing', () => {
    const head = posed(standing(0)).parts.map(({ from, to, toRadiusM }) => Math.max(from[2], to[2]) + toRadiusM);
    expect(Math.abs(Math.max(...head) - build.heightM)).toBeLessThan(0.06);
  });

  it('keeps the foot it stands on where it is while the body passes over it', () => {
    const heels = [0.14, 0.2, 0.26, 0.32, 0.38].map(
      (phase) => soles(posed(walking(phase), phase * strideM)).left.from[0],
    );
    expect(Math.max(...heels) - Math.min(...heels)).toBeLessThan(0.12);
  });

  it('walks with its legs in turn', () => {
    const [now, halfLater] = [soles(posed(walking(0.1))), soles(posed(walking(0.6)))];
    expect(now.left.from[0]).toBeCloseTo(halfLater.right.from[0], 6);
    expect(now.left.from[0]).toBeGreaterThan(now.right.from[0]);
  });
});
