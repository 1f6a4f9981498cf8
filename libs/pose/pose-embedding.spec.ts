import { seededRandom, type Random } from '#base/random.js';
import { keyPosesOf, packKeyPoses, timedVectors, KEY_POSE_BYTES } from './key-poses.js';
import { embedPose, EMBEDDING_SIZE, mirrored, poseDistance, poseScanner, vectorDistance } from './pose-embedding.js';
import { joint } from './skeleton.js';

const SEED = 20_261_121;
const pairs = [1, 3, 5, 7, 9, 11, 13, 15] as const;

/** A body of about 300 px with limbs anywhere. */
function randomPose(random: Random, scoreOf: (index: number) => number = () => 0.9): number[] {
  const near = (centre: number, spread: number): number => centre + (random() - 0.5) * spread;
  return Array.from({ length: 17 }, (_, index) => {
    const height = index < 5 ? 50 : index < 7 ? 90 : index < 11 ? 150 : index < 13 ? 180 : index < 15 ? 250 : 320;
    return [near(200, index === 11 || index === 12 ? 40 : 160), near(height, 60), scoreOf(index)];
  }).flat();
}

function need(vector: Int8Array | null): Int8Array {
  if (vector === null) throw new Error('no vector');
  return vector;
}

const embed = (keypoints: readonly number[]): Int8Array => need(embedPose(keypoints, 0.2));

const moved = (keypoints: readonly number[], by: { scale: number; x: number; y: number }): number[] =>
  keypoints.map((value, at) => (at % 3 === 2 ? value : value * by.scale + (at % 3 === 0 ? by.x : by.y)));

function mirrorOf(keypoints: readonly number[]): number[] {
  const turned = keypoints.map((value, at) => (at % 3 === 0 ? 640 - value : value));
  const swapped = [...turned];
  for (const left of pairs)
    for (let field = 0; field < 3; field++) {
      swapped[left * 3 + field] = turned[(left + 1) * 3 + field];
      swapped[(left + 1) * 3 + field] = turned[left * 3 + field];
    }
  return swapped;
}

describe('a vector', () => {
  const random = seededRandom(SEED);

  it.each(Array.from({ length: 30 }, (_, i) => i))('of random pose %i knows neither place, size nor mirror', (i) => {
    const keypoints = randomPose(random);
    const vector = embed(keypoints);
    expect(vector).toHaveLength(EMBEDDING_SIZE);
    const elsewhere = embed(moved(keypoints, { scale: 0.3 + random() * 4, x: random() * 900, y: -i * 7 }));
    expect(vectorDistance(vector, elsewhere)).toBeLessThan(0.006);
    expect(poseDistance(vector, embed(mirrorOf(keypoints)))).toBeLessThan(0.006);
    expect(mirrored(mirrored(vector))).toEqual(vector);
  });

  it.each(Array.from({ length: 30 }, (_, i) => i))('grows apart with the noise on random pose %i', () => {
    const keypoints = randomPose(random);
    const noisy = (px: number): number[] =>
      keypoints.map((value, at) => (at % 3 === 2 ? value : value + (random() - 0.5) * px));
    const near = poseDistance(embed(keypoints), embed(noisy(6)));
    const far = poseDistance(embed(keypoints), embed(noisy(80)));
    expect(near).toBeLessThan(0.03);
    expect(far).toBeGreaterThan(near);
  });

  it('takes no part of joints that are not seen', () => {
    const keypoints = randomPose(random);
    const spoilt = [...keypoints];
    spoilt.splice(joint.left_wrist * 3, 3, 5000, -5000, 0.1);
    expect(vectorDistance(embed(keypoints), embed(spoilt))).toBeLessThan(0.2);
    const masked = embed(spoilt);
    expect(masked.filter((value) => value === -128)).toHaveLength(2);
  });

  it('is farther from what hides a joint of it, and no farther from what shows one more', () => {
    const whole = randomPose(random);
    const part = whole.map((value, at) => (at === joint.right_ankle * 3 + 2 ? 0 : value));
    expect(poseDistance(embed(part), embed(whole))).toBeLessThan(0.02);
    expect(poseDistance(embed(whole), embed(part))).toBeGreaterThan(0.04);
    expect(vectorDistance(embed(whole), embed(part))).toBeLessThan(0.02);
  });

  it.each([
    ['hips', [joint.left_hip]],
    ['shoulders', [joint.right_shoulder]],
    ['arms, legs and nose', [0, 7, 8, 9, 10, 13, 14]],
  ])('is not made without %s', (_, hidden) => {
    const keypoints = randomPose(random, (index) => (hidden.includes(index) ? 0 : 0.9));
    expect(embedPose(keypoints, 0.2)).toBeNull();
  });

  it('says nothing about another with too few joints in common', () => {
    const arms = [7, 8, 9, 10];
    const legs = [13, 14, 15, 16];
    const withoutArms = randomPose(random, (index) => (arms.includes(index) || index === 0 ? 0 : 0.9));
    const withoutLegs = randomPose(random, (index) => (legs.includes(index) || index === 0 ? 0 : 0.9));
    expect(poseDistance(embed(withoutArms), embed(withoutLegs))).toBe(Infinity);
  });
});

describe('a scanner', () => {
  it('gives the distances of poseDistance, and Infinity above the worst that matters', () => {
    const random = seededRandom(SEED);
    const vectors = Array.from({ length: 200 }, () => embed(randomPose(random, () => (random() < 0.1 ? 0.25 : 0.9))));
    const query = vectors[0];
    const joined = Int8Array.from(vectors.flatMap((vector) => [...vector]));
    const scanner = poseScanner(query);
    vectors.forEach((vector, at) => {
      const expected = poseDistance(query, vector);
      expect(scanner.distanceAt(joined, at * EMBEDDING_SIZE, Infinity)).toBeCloseTo(expected, 6);
      const limited = scanner.distanceAt(joined, at * EMBEDDING_SIZE, 0.15);
      if (expected < 0.149) expect(limited).toBeCloseTo(expected, 6);
      if (expected > 0.151) expect(limited).toBe(Infinity);
    });
  });
});

describe('key poses', () => {
  const random = seededRandom(SEED);
  const timed = (keypoints: readonly number[], at: number) => ({ ptsUs: 5_000_000 + at * 100_000, keypoints });

  it('are one for a body that does not move', () => {
    const still = randomPose(random);
    const vectors = timedVectors(
      Array.from({ length: 20 }, (_, at) => timed(still, at)),
      0.2,
    );
    expect(vectors).toHaveLength(20);
    expect(keyPosesOf(vectors)).toEqual([vectors[0]]);
  });

  it('have one near every pose of a movement between two poses', () => {
    const [from, to] = [randomPose(random), randomPose(random)];
    const poses = Array.from({ length: 21 }, (_, at) =>
      timed(
        from.map((value, i) => value + ((to[i] - value) * at) / 20),
        at,
      ),
    );
    const vectors = timedVectors(poses, 0.2);
    const keys = keyPosesOf(vectors);
    expect(keys.length).toBeLessThanOrEqual(4);
    expect(keys.map(({ offsetMs }) => offsetMs)).toEqual(keys.map(({ offsetMs }) => offsetMs).sort((a, b) => a - b));
    const reach = vectors.map(({ vector }) => Math.min(...keys.map((key) => vectorDistance(key.vector, vector))));
    const all = vectorDistance(vectors[0].vector, vectors[20].vector);
    expect(Math.max(...reach)).toBeLessThan(all / 2);
  });

  it('are packed with their time', () => {
    const vectors = timedVectors([timed(randomPose(random), 0), timed(randomPose(random), 7)], 0.2);
    const bytes = packKeyPoses(vectors);
    expect(bytes).toHaveLength(2 * KEY_POSE_BYTES);
    expect(new Int8Array(bytes.buffer, KEY_POSE_BYTES, EMBEDDING_SIZE)).toEqual(vectors[1].vector);
    expect(new DataView(bytes.buffer).getUint16(2 * KEY_POSE_BYTES - 2, true)).toBe(700);
  });

  it('are none where no pose is seen well', () => {
    expect(keyPosesOf(timedVectors([timed(new Array<number>(51).fill(0), 0)], 0.2))).toEqual([]);
  });
});
