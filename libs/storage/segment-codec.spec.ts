import { seededRandom, type Random } from '#base/random.js';
import { decodeSegment, encodeSegment, segmentStepPx, type SegmentPose } from './segment-codec.js';

const SEED = 20_261_121;

/** Roughly normal, standard deviation 1. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A person of `heightPx` who walks at 0.8 body heights a second; joints swing, jitter by `noisePx` and have drifting scores. */
function walk(
  random: Random,
  options: { seconds: number; fps: number; heightPx: number; noisePx: number },
): SegmentPose[] {
  const { seconds, fps, heightPx, noisePx } = options;
  return Array.from({ length: Math.round(seconds * fps) }, (_, i) => {
    const sec = i / fps;
    const x = 100 + 0.8 * heightPx * sec;
    const keypoints = Array.from({ length: 17 }, (__, j) => {
      const swing = Math.sin(2 * Math.PI * 0.9 * sec + j) * heightPx * (j > 6 ? 0.08 : 0.01);
      const score = Math.min(1, Math.max(0, 0.7 + 0.15 * Math.sin(sec + j) + 0.05 * gaussian(random)));
      return [x + swing + noisePx * gaussian(random), 50 + (heightPx * j) / 17 + noisePx * gaussian(random), score];
    }).flat();
    const jitter = (): number => noisePx * gaussian(random);
    return {
      ptsUs: 7_000_000_000 + Math.round(sec * 1e6) + Math.round(200 * gaussian(random)),
      box: [x - 20 + jitter(), 45 + jitter(), x + 20 + jitter(), 55 + heightPx + jitter()],
      score: Math.min(1, 0.8 + 0.05 * gaussian(random)),
      keypoints,
    };
  });
}

function values(pose: SegmentPose): { positions: number[]; scores: number[] } {
  const positions: number[] = [...pose.box, ...pose.keypoints.filter((_, i) => i % 3 !== 2)];
  return { positions, scores: [pose.score, ...pose.keypoints.filter((_, i) => i % 3 === 2)] };
}

function largestError(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
}

describe('decoding undoes encoding', () => {
  const random = seededRandom(SEED);
  const wild = (): SegmentPose[] => {
    let ptsUs = Math.round((random() - 0.3) * 1e12);
    return Array.from({ length: Math.floor(random() * 40) }, () => ({
      ptsUs: (ptsUs += Math.round(random() ** 6 * 1e8)),
      box: [random() * 4000 - 500, random() * 1e5, random() * 1e-3, -random() * 1e6],
      score: random(),
      keypoints: Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? random() : (random() - 0.5) * 1e4)),
    }));
  };

  it.each(Array.from({ length: 60 }, (_, i) => i))('case %i of random poses', () => {
    const stepPx = segmentStepPx(random() * 3 + 0.05);
    const poses = wild();
    const decoded = decodeSegment(encodeSegment(poses, stepPx));
    expect(decoded.map((pose) => pose.ptsUs)).toEqual(poses.map((pose) => pose.ptsUs));
    decoded.forEach((pose, i) => {
      expect(pose.keypoints).toHaveLength(51);
      expect(largestError(values(pose).positions, values(poses[i]).positions)).toBeLessThanOrEqual(stepPx / 2 + 1e-6);
      expect(largestError(values(pose).scores, values(poses[i]).scores)).toBeLessThanOrEqual(1 / 64 + 1e-9);
    });
    expect(encodeSegment(decoded, stepPx)).toEqual(encodeSegment(poses, stepPx));
  });

  it('for no pose at all', () => {
    expect(decodeSegment(encodeSegment([], 0.5))).toEqual([]);
  });
});

describe('joints in metres', () => {
  const random = seededRandom(SEED);
  const spatial = (): number[] => Array.from({ length: 51 }, () => (random() - 0.5) * 4);
  const flat = walk(random, { seconds: 2, fps: 10, heightPx: 150, noisePx: 1 });

  it.each([
    ['every pose', () => true],
    ['some poses', (at: number) => at % 3 === 1],
    ['the last pose', (at: number) => at === flat.length - 1],
  ])('come back to half a millimetre with %s', (_, has) => {
    const poses = flat.map((pose, at) => (has(at) ? { ...pose, joints3d: spatial() } : pose));
    const packed = encodeSegment(poses, 0.5);
    const decoded = decodeSegment(packed);
    decoded.forEach(({ joints3d }, at) => {
      const given = 'joints3d' in poses[at] ? poses[at].joints3d : undefined;
      if (given === undefined) expect(joints3d).toBeUndefined();
      else expect(largestError(joints3d ?? [], given)).toBeLessThanOrEqual(0.0005 + 1e-9);
    });
    expect(encodeSegment(decoded, 0.5)).toEqual(packed);
    expect(decoded.map(({ box, keypoints }) => ({ box, keypoints }))).toEqual(
      decodeSegment(encodeSegment(flat, 0.5)).map(({ box, keypoints }) => ({ box, keypoints })),
    );
  });

  it('leave a segment without any as version 1 had it', () => {
    expect(encodeSegment(flat, 0.5)[0]).toBe(1);
    expect(encodeSegment([{ ...flat[0], joints3d: spatial() }], 0.5)[0]).toBe(2);
  });

  it('are missed when the segment is cut', () => {
    const packed = encodeSegment([{ ...flat[0], joints3d: spatial() }], 0.5);
    const flatAsSpatial = Uint8Array.from([2, ...encodeSegment([flat[0]], 0.5).slice(1)]);
    expect(decodeSegment(packed)).toHaveLength(1);
    expect(() => decodeSegment(flatAsSpatial)).toThrow('ends too early');
  });
});

it('reads a segment that version 1 wrote', () => {
  // One pose at 1.5 s of box 10, 20, 30, 60 with every joint at (20, 40, 0.5), as written on 2026-11-21 by commit c519185.
  const written = Buffer.from(
    '010000003f05c13101c0201000b1bc931b3b560ac6ea01175d914632e7fbe7596bcf4b444444444444444417',
    'hex',
  );
  const [pose] = decodeSegment(written);
  expect(pose).toEqual({
    ptsUs: 1_500_000,
    box: [10, 20, 30, 60],
    score: 0.75,
    keypoints: Array.from({ length: 17 }, () => [20, 40, 0.5]).flat(),
  });
});

it('loses at most a quarter of an analysis pixel', () => {
  const scale = 512 / 1920;
  expect(segmentStepPx(scale) / 2).toBeCloseTo(0.25 / scale, 6);
});

it('needs at most 400 bytes for a second of a walking person at 10 frames a second', () => {
  const random = seededRandom(SEED);
  // An analysis picture of 512 × 384: a person of 150 px, detections that jitter by one pixel.
  const bytes = Array.from({ length: 20 }, () =>
    encodeSegment(walk(random, { seconds: 2, fps: 10, heightPx: 150, noisePx: 1 }), segmentStepPx(1)),
  );
  const perSecond = bytes.reduce((sum, packed) => sum + packed.length, 0) / (20 * 2);
  expect(perSecond).toBeLessThanOrEqual(400);
});

it.each([
  ['nothing', Uint8Array.from([])],
  ['another version', Uint8Array.from([9, 0, 0, 0, 63, 3, 0])],
  ['garbage', Uint8Array.from([1, 0, 0, 0, 63, 255, 255, 255])],
  ['a cut segment', encodeSegment([], 0.5).slice(0, 5)],
])('refuses %s', (_, bytes) => {
  expect(() => decodeSegment(bytes)).toThrow(expect.objectContaining({ kind: 'data-loss' }) as Error);
});
