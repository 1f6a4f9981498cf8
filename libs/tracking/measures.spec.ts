import { seededRandom } from '#base/random.js';
import { joint } from '#pose/skeleton.js';
import { uprightPose } from '#testing/scenes.js';
import { measureStep, trunkAngle, type MotionHistory, type TrackMeasures } from './measures.js';

interface Walk {
  readonly fps: number;
  /** Body heights a second along x; the person is 100 px tall. */
  readonly speed: number;
  readonly noise?: number;
  readonly seconds?: number;
}

function watch({ fps, speed, noise = 0, seconds = 2 }: Walk): { all: TrackMeasures[]; history: MotionHistory } {
  const random = seededRandom(31);
  let history: MotionHistory = [];
  const all = Array.from({ length: Math.round(fps * seconds) + 1 }, (_, i) => {
    const foot = { x: 100 + (100 * speed * i) / fps, y: 400 };
    const { box, keypoints } = uprightPose({ foot, heightPx: 100, strideRad: 0, score: 0.9, noise }, random);
    const sinceUs = i === 0 ? 0 : Math.round(1e6 / fps);
    const step = measureStep({ history, sinceUs, box, filteredBox: box, keypoints, jointScore: 0.2 });
    history = step.history;
    return step.measures;
  });
  return { all, history };
}

const speedAtEnd = (walk: Walk) => watch(walk).all.at(-1)?.speedHeightsPerSec ?? Number.NaN;

describe('measures', () => {
  it.each([
    { fps: 2, speed: 0.8 },
    { fps: 7, speed: 0.8 },
    { fps: 10, speed: 3 },
    { fps: 30, speed: 3 },
    { fps: 10, speed: 0 },
  ])('measures $speed heights/s at $fps frames a second', ({ fps, speed }) => {
    expect(speedAtEnd({ fps, speed })).toBeCloseTo(speed, 2);
  });

  it('knows no speed before a third of a second has passed', () => {
    const { all } = watch({ fps: 10, speed: 1 });
    expect(all.slice(0, 3).map((measures) => measures.speedHeightsPerSec)).toEqual([null, null, null]);
    expect(all[3].speedHeightsPerSec).toBeCloseTo(1, 2);
  });

  it('is not fooled by shaking boxes: a walker never seems to run', () => {
    const { all } = watch({ fps: 10, speed: 0.8, noise: 0.04, seconds: 30 });
    expect(Math.max(...all.map((measures) => measures.speedHeightsPerSec ?? 0))).toBeLessThan(2);
  });

  it('is not fooled by one box in a wrong place', () => {
    let history: MotionHistory = [];
    const speeds: (number | null)[] = [];
    for (let i = 0; i < 30; i++) {
      const x = i === 15 ? 300 : 100;
      const box = [x, 300, x + 40, 400] as const;
      const step = measureStep({
        history,
        sinceUs: 100_000,
        box,
        filteredBox: box,
        keypoints: Array<number>(51).fill(0),
        jointScore: 0.2,
      });
      history = step.history;
      speeds.push(step.measures.speedHeightsPerSec);
    }
    expect(Math.max(...speeds.map((speed) => speed ?? 0))).toBeLessThan(2.5);
  });

  it('tells the direction of movement, and none while standing', () => {
    expect(watch({ fps: 10, speed: 1 }).all.at(-1)?.headingRad).toBeCloseTo(0, 3);
    expect(watch({ fps: 10, speed: -1 }).all.at(-1)?.headingRad).toBeCloseTo(Math.PI, 3);
    expect(watch({ fps: 10, speed: 0 }).all.at(-1)?.headingRad).toBeNull();
  });

  it.each([1, 10, 60])('keeps a short history at %i frames a second', (fps) => {
    expect(watch({ fps, speed: 1, seconds: 10 }).history.length).toBeLessThanOrEqual(8 * 4);
  });

  it('puts the foot between the ankles at the lower edge of the box', () => {
    const { foot } = watch({ fps: 10, speed: 0, seconds: 0 }).all[0];
    expect(foot).toEqual({ x: 100, y: 400 });
  });

  it.each([
    { name: 'standing', turnRad: 0 },
    { name: 'leaning', turnRad: 0.5 },
    { name: 'lying', turnRad: Math.PI / 2 },
  ])('measures the trunk of somebody $name', ({ turnRad }) => {
    const pose = uprightPose(
      { foot: { x: 0, y: 0 }, heightPx: 100, strideRad: 0, score: 1, noise: 0 },
      seededRandom(1),
    );
    const turned = pose.keypoints.map((value, at, all) => {
      const field = at % 3;
      if (field === 2) return value;
      const [x, y] = field === 0 ? [value, all[at + 1]] : [all[at - 1], value];
      return field === 0
        ? x * Math.cos(turnRad) - y * Math.sin(turnRad)
        : x * Math.sin(turnRad) + y * Math.cos(turnRad);
    });
    expect(trunkAngle(turned, 0.2)).toBeCloseTo(turnRad, 6);
  });

  it('does not guess a trunk from hips that are not seen', () => {
    const { keypoints } = uprightPose(
      { foot: { x: 0, y: 0 }, heightPx: 100, strideRad: 0, score: 1, noise: 0 },
      seededRandom(1),
    );
    expect(
      trunkAngle(
        keypoints.map((value, at) => (at === 3 * joint.left_hip + 2 ? 0.1 : value)),
        0.2,
      ),
    ).toBeNull();
  });
});
