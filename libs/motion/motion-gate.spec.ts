import { seededRandom } from '#base/random.js';
import { letterbox } from '#geometry/letterbox.js';
import { sampleFrame, sampleGrid, type FrameSample } from './frame-sample.js';
import { emptyMotionGate, gateAnswered, hasChanged, motionGateStep, type MotionGateState } from './motion-gate.js';

const analysis = { widthPx: 512, heightPx: 384 };
const shape = letterbox({ widthPx: 1280, heightPx: 720 }, analysis);
const grid = sampleGrid(shape);
const settings = { heartbeatUs: 2_000_000, holdUs: 1_000_000 };

/** A picture of edges and plains, as a wall with windows, and what happens to it. */
interface Shot {
  /** Standard deviation of the sensor's noise, levels. */
  readonly noise?: number;
  readonly light?: number;
  /** How far the camera was pushed, pixels. */
  readonly panPx?: number;
  /** A person's upper left corner, size and brightness against the wall. */
  readonly person?: { readonly x: number; readonly y: number; readonly heightPx: number; readonly contrast: number };
}

const random = seededRandom(11);
const pixels = new Uint8Array(analysis.widthPx * analysis.heightPx * 3);

/** Only the pixels that are sampled are painted. */
function shoot({ noise = 0, light = 0, panPx = 0, person }: Shot): FrameSample {
  for (const offset of grid.offsets) {
    const at = Math.floor(offset / 3);
    const [x, y] = [at % analysis.widthPx, Math.floor(at / analysis.widthPx)];
    const wall = Math.floor((x + panPx) / 40) % 3 === 0 && Math.floor(y / 60) % 2 === 0 ? 180 : 90;
    const seen = wall + light + (hits(person, x, y) ? (person?.contrast ?? 0) : 0);
    const spread = noise === 0 ? 0 : (random() + random() - 1) * Math.sqrt(6) * noise;
    pixels[offset] = Math.min(255, Math.max(0, Math.round(seen + spread)));
  }
  return sampleFrame(pixels, grid);
}

function hits(person: Shot['person'], x: number, y: number): boolean {
  if (person === undefined) return false;
  const [fromX, fromY] = [x - person.x, y - person.y];
  return fromX >= 0 && fromX < person.heightPx / 3 && fromY >= 0 && fromY < person.heightPx;
}

const wall = shoot({});

describe('the sample of a frame', () => {
  it('holds the picture in cells of eight pixels, without its padding', () => {
    const { widthPx, heightPx } = analysis;
    const frame = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => {
      const y = Math.floor(at / 3 / widthPx);
      return at % 3 === 1 && y >= shape.padYPx && y < shape.padYPx + shape.inner.heightPx ? 50 : 0;
    });
    expect([grid.columns, grid.rows]).toEqual([64, 36]);
    expect(sampleFrame(frame, grid)).toEqual(new Float32Array(64 * 36).fill(50));
  });
});

describe('a change', () => {
  const away = { x: 200, y: 200 };

  it.each<[string, Shot, Shot]>([
    ['nothing', {}, {}],
    ['noise of a good sensor', { noise: 3 }, { noise: 3 }],
    ['noise of a sensor at night', { noise: 7 }, { noise: 7 }],
    ['light that a cloud takes', {}, { light: -12 }],
    [
      'a person who stands still',
      { person: { ...away, heightPx: 60, contrast: 40 } },
      { person: { ...away, heightPx: 60, contrast: 40 } },
    ],
  ])('is not %s', (_, before, after) => {
    for (let frame = 0; frame < 20; frame++) expect(hasChanged(shoot(before), shoot(after), grid)).toBe(false);
  });

  it.each<[string, Shot, Shot]>([
    ['a person 40 pixels high who comes in', {}, { person: { ...away, heightPx: 40, contrast: 30 } }],
    ['the same at night', { noise: 7 }, { noise: 7, person: { ...away, heightPx: 60, contrast: 60 } }],
    ['a person who leaves', { person: { ...away, heightPx: 40, contrast: -30 } }, {}],
    [
      'a step to the side',
      { person: { ...away, heightPx: 90, contrast: 30 } },
      { person: { ...away, x: 212, heightPx: 90, contrast: 30 } },
    ],
    ['a lamp that goes on', {}, { light: 40 }],
    ['a camera that is pushed', {}, { panPx: 20 }],
  ])('is %s', (_, before, after) => {
    expect(hasChanged(shoot(before), shoot(after), grid)).toBe(true);
  });
});

/** Feeds frames at 10 a second; each that is analysed is answered at once unless `answer` says otherwise. Returns which were still. */
function feed(
  samples: readonly FrameSample[],
  answer: (seq: number) => { analysed: boolean; people: number | null } | null = () => ({ analysed: true, people: 0 }),
): { verdicts: string; state: MotionGateState } {
  let state = emptyMotionGate();
  let verdicts = '';
  for (const [seq, sample] of samples.entries()) {
    const step = motionGateStep(state, { seq, ptsUs: seq * 100_000, sample }, { grid, settings });
    verdicts += step.isStill ? '.' : 'A';
    const answered = step.isStill ? null : answer(seq);
    state = answered === null ? step.state : gateAnswered(step.state, { seq, ...answered });
  }
  return { verdicts, state };
}

const still = (frames: number): FrameSample[] => Array.from({ length: frames }, () => wall);
const visitor = shoot({ person: { x: 200, y: 200, heightPx: 60, contrast: 50 } });

describe('the gate', () => {
  it('closes a hold time after the start, and analyses one frame each heartbeat then', () => {
    expect(feed(still(51)).verdicts).toBe(`${'A'.repeat(10)}${'.'.repeat(19)}A${'.'.repeat(19)}A.`);
  });

  it('opens with the first changed frame, and closes a hold time after the last', () => {
    const { verdicts } = feed([...still(15), visitor, wall, visitor, ...still(20)]);
    expect(verdicts.slice(10, 34)).toBe(`.....AAA${'A'.repeat(10)}......`);
  });

  it('closes on a person who has stopped, and opens when they go', () => {
    const stopped = Array.from({ length: 15 }, () => visitor);
    const { verdicts } = feed([...still(15), ...stopped, ...still(15)]);
    expect(verdicts.slice(15)).toBe(`${'A'.repeat(10)}.....${'A'.repeat(10)}.....`);
  });

  it('notices slow movement, because it adds up since the last analysed frame', () => {
    const creeping = Array.from({ length: 40 }, (_, at) =>
      shoot({ person: { x: 200 + at * 0.8, y: 200, heightPx: 90, contrast: 50 } }),
    );
    const { verdicts } = feed(creeping);
    expect(/\.{8,}/.exec(verdicts.slice(10))).toBeNull();
  });

  it('lets slow change of light pass', () => {
    const dusk = Array.from({ length: 60 }, (_, at) => shoot({ noise: 3, light: -at / 2 }));
    expect(feed(dusk).verdicts.slice(10)).toMatch(/^\.{19}A\.{19}A\.{10}$/);
  });

  it('stays open while nobody answers, and while a changed frame was not analysed', () => {
    expect(feed(still(90), () => null).verdicts).toBe('A'.repeat(90));
    const { verdicts } = feed([...still(15), ...Array.from({ length: 30 }, () => visitor)], (seq) => ({
      analysed: seq < 15 || seq > 35,
      people: 0,
    }));
    expect(verdicts.slice(15)).toMatch(/^A+$/);
  });

  it('forgets what was never answered beyond 64 frames', () => {
    expect(feed(still(200), () => null).state.owed).toHaveLength(64);
  });

  it('asks again for a hold time when a heartbeat finds another number of people', () => {
    const { verdicts } = feed(still(60), (seq) => ({ analysed: true, people: seq === 29 ? 0 : 1 }));
    expect(verdicts.slice(10)).toBe(`${'.'.repeat(19)}${'A'.repeat(11)}${'.'.repeat(19)}A`);
  });
});
