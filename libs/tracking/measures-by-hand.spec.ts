import { cocoJoints, type CocoJoint } from '#pose/skeleton.js';
import { measureStep, type MotionHistory, type TrackMeasures } from './measures.js';

/** Every measured property against values worked out by hand. */
type Places = Partial<Record<CocoJoint, readonly [x: number, y: number]>>;

interface Seen {
  readonly ms: number;
  /** Of the box, pixels. */
  readonly centre: readonly [x: number, y: number];
  readonly heightPx?: number;
  readonly joints?: Places;
}

/** Only the named joints are seen. */
const keypointsOf = (places: Places): number[] =>
  cocoJoints.flatMap((name) => {
    const place = places[name];
    return place === undefined ? [0, 0, 0] : [...place, 0.9];
  });

function measured(seen: readonly Seen[]): TrackMeasures {
  let history: MotionHistory = [];
  let last: TrackMeasures | undefined;
  for (const [index, { ms, centre, heightPx = 100, joints = {} }] of seen.entries()) {
    const [x, y] = centre;
    const box = [x - 20, y - heightPx / 2, x + 20, y + heightPx / 2] as const;
    const sinceUs = index === 0 ? 0 : (ms - seen[index - 1].ms) * 1000;
    const step = measureStep({
      history,
      sinceUs,
      box,
      filteredBox: box,
      keypoints: keypointsOf(joints),
      jointScore: 0.2,
    });
    ({ history, measures: last } = step);
  }
  if (last === undefined) throw new Error('nobody was seen');
  return last;
}

/** Somebody at constant speed, 100 px tall, seen at these times. */
const moving = (times: readonly number[], speed: readonly [x: number, y: number]): Seen[] =>
  times.map((ms) => ({ ms, centre: [300 + (speed[0] * ms) / 1000, 300 + (speed[1] * ms) / 1000] }));
const every = (periodMs: number, count: number): number[] => Array.from({ length: count }, (_, i) => i * periodMs);

describe('speed and heading', () => {
  it.each([
    { name: 'to the right', speed: [120, 0], pxPerSec: 120, heightsPerSec: 1.2, headingRad: 0 },
    { name: 'down, towards the camera', speed: [0, 50], pxPerSec: 50, heightsPerSec: 0.5, headingRad: Math.PI / 2 },
    // 3-4-5: √(90² + 120²) = 150; atan(120/90) = 0.9273
    { name: 'up and to the right', speed: [90, -120], pxPerSec: 150, heightsPerSec: 1.5, headingRad: -0.9273 },
    { name: 'to the left', speed: [-300, 0], pxPerSec: 300, heightsPerSec: 3, headingRad: Math.PI },
  ] as const)('of somebody who goes $name', ({ speed, pxPerSec, heightsPerSec, headingRad }) => {
    const measures = measured(moving(every(100, 7), speed));
    expect(measures.speedPxPerSec).toBeCloseTo(pxPerSec, 0);
    expect(measures.speedHeightsPerSec).toBeCloseTo(heightsPerSec, 2);
    expect(measures.headingRad).toBeCloseTo(headingRad, 2);
  });

  it.each([
    { name: 'one frame a second', times: every(1000, 4) },
    { name: 'two frames a second', times: every(500, 5) },
    { name: '7 frames a second', times: every(143, 8) },
    { name: '15 frames a second', times: every(66, 16) },
    { name: '30 frames a second', times: every(33, 31) },
    { name: '120 frames a second', times: every(8, 126) },
    { name: 'frames in bursts', times: [0, 10, 20, 400, 410, 420, 800, 810, 820] },
    { name: 'frames at any time', times: [0, 70, 210, 250, 480, 690, 700, 1010] },
    { name: 'a second without frames', times: [0, 100, 200, 300, 1300, 1400] },
  ])('does not depend on when one looks: $name', ({ times }) => {
    const measures = measured(moving(times, [160, 0]));
    // Places are kept to a tenth of a pixel.
    expect(Math.abs((measures.speedPxPerSec ?? 0) - 160)).toBeLessThan(1.5);
    expect(measures.headingRad).toBeCloseTo(0, 2);
  });

  it('is the median of the slopes of all pairs: one box in a wrong place hardly counts', () => {
    const xs = [0, 10, 20, 100];
    const seen = xs.map((x, i): Seen => ({ ms: 200 * i, centre: [x, 300] }));
    // Slopes: 50, 50, 166.7, 50, 225, 400 px/s; their median is (50 + 166.7) / 2.
    expect(measured(seen).speedPxPerSec).toBeCloseTo(108.3, 1);
  });

  it('has no heading below 0.3 body heights a second, and no speed before 0.3 s', () => {
    const slow = measured(moving(every(100, 8), [29, 0]));
    expect(slow.speedPxPerSec).toBeCloseTo(29, 0);
    expect(slow.headingRad).toBeNull();
    const short = measured(moving([0, 100, 290], [200, 0]));
    expect([short.speedPxPerSec, short.speedHeightsPerSec, short.headingRad]).toEqual([null, null, null]);
  });

  it('of somebody half as tall is twice as many body heights', () => {
    const seen = moving(every(100, 7), [120, 0]).map((each) => ({ ...each, heightPx: 50 }));
    const { speedPxPerSec, speedHeightsPerSec } = measured(seen);
    expect(speedPxPerSec).toBeCloseTo(120, 0);
    expect(speedHeightsPerSec).toBeCloseTo(2.4, 2);
  });
});

describe('height', () => {
  it('is the median of the recent boxes', () => {
    const heights = [100, 104, 98, 150, 102];
    const seen = heights.map((heightPx, i): Seen => ({ ms: 100 * i, centre: [300, 300], heightPx }));
    expect(measured(seen).heightPx).toBe(102);
  });

  it('forgets boxes older than the window once there are three younger ones', () => {
    const heights = [200, 200, 200, 100, 100, 100, 100];
    const seen = heights.map((heightPx, i): Seen => ({ ms: 300 * i, centre: [300, 300], heightPx }));
    expect(measured(seen).heightPx).toBe(100);
  });
});

describe('foot point', () => {
  const at = (joints: Places) => measured([{ ms: 0, centre: [300, 300], joints }]).foot;

  it('lies between the ankles, at the lower edge of the box', () => {
    expect(at({ left_ankle: [320, 340], right_ankle: [290, 346] })).toEqual({ x: 305, y: 350 });
  });

  it('lies in the middle of the lower edge where an ankle is not seen', () => {
    expect(at({ left_ankle: [320, 340] })).toEqual({ x: 300, y: 350 });
  });
});

describe('trunk angle', () => {
  const angle = (shoulder: readonly [number, number]) => {
    const [x, y] = shoulder;
    const joints: Places = {
      left_shoulder: [x + 10, y],
      right_shoulder: [x - 10, y],
      left_hip: [306, 300],
      right_hip: [294, 300],
    };
    return measured([{ ms: 0, centre: [300, 300], joints }]).trunkAngleRad;
  };

  it.each([
    { name: 'upright', shoulder: [300, 250], rad: 0 },
    { name: 'leaning by 3 over 4', shoulder: [330, 260], rad: 0.6435 }, // atan(30/40)
    { name: 'leaning as far to the other side', shoulder: [270, 260], rad: 0.6435 },
    { name: 'flat', shoulder: [350, 300], rad: Math.PI / 2 },
    { name: 'head down', shoulder: [300, 350], rad: Math.PI },
  ] as const)('of somebody $name', ({ shoulder, rad }) => {
    expect(angle(shoulder)).toBeCloseTo(rad, 4);
  });
});
