import { isDeepStrictEqual } from 'node:util';
import { seededRandom } from '#base/random.js';
import { walkScene } from '#testing/scenes.js';
import { poseTrackerStep } from '#tracking/pose-tracker.js';
import { trackerSettings } from '#tracking/tracker-settings.js';
import { emptyTrackerState, liveTrackNos } from '#tracking/tracker-state.js';
import {
  alarmsOf,
  behaviorStep,
  emptyBehaviorState,
  type BehaviorEvent,
  type BehaviorInput,
  type BehaviorState,
} from './behavior-step.js';
import type { Rule, RuleKind } from './rule.js';

const FPS = 10;
const yard = {
  id: 'zon_yard',
  name: 'Yard',
  polygon: [
    { x: 0, y: 0 },
    { x: 500, y: 0 },
    { x: 500, y: 500 },
    { x: 0, y: 500 },
  ],
};
const rule = (kind: RuleKind, more: Partial<Rule> = {}): Rule => ({
  id: `rul_${kind}`,
  kind,
  name: kind,
  zone: yard,
  params: {},
  ...more,
});

interface Seen {
  readonly x: number;
  readonly y?: number;
  readonly speed?: number | null;
  readonly confirmed?: boolean;
}

/** One frame of track 1, 100 px tall; null: out of sight. */
function frameOf(seq: number, seen: Seen | null, more: Partial<BehaviorInput> = {}): Omit<BehaviorInput, 'rules'> {
  const tracks = seen === null ? [] : [trackOf(1, seen)];
  return { frame: { seq, ptsUs: (seq * 1e6) / FPS }, tracks, ended: [], ...more };
}

function trackOf(trackNo: number, { x, y = 250, speed = 0.5, confirmed = true }: Seen) {
  const measures = {
    foot: { x, y },
    heightPx: 100,
    speedPxPerSec: speed === null ? null : 100 * speed,
    speedHeightsPerSec: speed,
    headingRad: null,
    trunkAngleRad: null,
  };
  return { trackNo, confirmed, measures };
}

function run(rules: readonly Rule[], frames: readonly Omit<BehaviorInput, 'rules'>[]): BehaviorEvent[] {
  let state = emptyBehaviorState();
  return frames.flatMap((frame) => {
    const step = behaviorStep(state, { rules, ...frame });
    const throughJson = JSON.parse(JSON.stringify(step.state)) as BehaviorState;
    if (!isDeepStrictEqual(throughJson, step.state)) expect(throughJson).toEqual(step.state);
    state = throughJson;
    return step.events;
  });
}

/** What track 1 does, second by second. */
const story = (seconds: number, at: (second: number) => Seen | null) =>
  Array.from({ length: Math.round(seconds * FPS) }, (_, seq) => frameOf(seq, at(seq / FPS)));
const short = (events: readonly BehaviorEvent[]) => events.map(({ phase, seq }) => `${phase} ${seq}`);

describe('intrusion', () => {
  const rules = [rule('intrusion')];

  it.each([
    {
      name: 'somebody who walks in and out',
      at: (t: number) => ({ x: t >= 2 && t < 6 ? 250 : 600 }),
      events: ['started 30', 'ended 69'],
    },
    { name: 'somebody who stays outside', at: () => ({ x: 600 }), events: [] },
    {
      name: 'somebody who is inside for 0.9 s',
      at: (t: number) => ({ x: t >= 2 && t < 2.95 ? 250 : 600 }),
      events: [],
    },
    {
      name: 'a foot that shakes on the border',
      at: (t: number) => ({ x: Math.round(t * FPS) % 2 === 0 ? 499 : 501 }),
      events: [],
    },
    {
      name: 'an alarm through a short step outside',
      at: (t: number) => ({ x: t >= 4 && t < 4.8 ? 501 : 250 }),
      events: ['started 10'],
    },
    { name: 'an unconfirmed track', at: () => ({ x: 250, confirmed: false }), events: [] },
    {
      name: 'two visits as two episodes',
      at: (t: number) => ({ x: t < 2 || (t >= 5 && t < 7) ? 250 : 600 }),
      events: ['started 10', 'ended 29', 'started 60', 'ended 79'],
    },
  ])('judges $name', ({ at, events }) => {
    expect(short(run(rules, story(9, at)))).toEqual(events);
  });

  it('says what was measured, where, and for a person', () => {
    const [started, ended] = run(rules, story(9, (t) => ({ x: t < 5 ? 250 : 600 }))); // prettier-ignore
    expect(started).toEqual({
      phase: 'started',
      ruleId: 'rul_intrusion',
      kind: 'intrusion',
      zoneId: 'zon_yard',
      trackNo: 1,
      startedSeq: 10,
      seq: 10,
      ptsUs: 1_000_000,
      measure: { name: 'timeInZone', value: 1, limit: 1, unit: 's' },
      why: 'In Yard for 1 s; the limit is 1 s.',
    });
    expect(ended).toMatchObject({ phase: 'ended', startedSeq: 10, seq: 59, measure: { value: 4.9 } });
    expect(ended.why).toBe('Was in Yard for 4.9 s; the limit is 1 s.');
  });

  it('goes on while the person is out of sight and ends when the track is given up', () => {
    const frames = [
      ...story(2, () => ({ x: 250 })),
      frameOf(20, null),
      frameOf(30, null),
      frameOf(40, null, { ended: [1] }),
      frameOf(41, null),
    ];
    expect(short(run(rules, frames))).toEqual(['started 10', 'ended 40']);
  });
});

describe('loitering', () => {
  const rules = [rule('loitering', { params: { radiusHeights: 2 } })];

  it.each([
    { name: 'standing', at: () => ({ x: 250 }), events: ['started 300'] },
    {
      name: 'pacing within the radius',
      at: (t: number) => ({ x: 250 + 150 * Math.sin(t / 3) }),
      events: ['started 300'],
    },
    {
      name: 'wandering all over the zone',
      at: (t: number) => ({ x: 250 + 245 * Math.sin(t / 4), y: 250 + 245 * Math.cos(t / 4) }),
      events: ['started 600'],
    },
    { name: 'passing through', at: (t: number) => ({ x: t < 25 ? 20 * t : 600 }), events: [] },
    {
      name: 'standing with a second outside',
      at: (t: number) => ({ x: t >= 10 && t < 11 ? 600 : 490 }),
      events: ['started 300'],
    },
    {
      name: 'standing, away for long, and standing again',
      at: (t: number) => ({ x: t >= 20 && t < 30 ? 600 : 250 }),
      events: ['started 600'],
    },
    {
      name: 'standing and leaving',
      at: (t: number) => ({ x: t < 40 ? 250 : 600 }),
      events: ['started 300', 'ended 419'],
    },
    { name: 'wandering and then standing', at: (t: number) => ({ x: t < 20 ? 25 * t : 500 }), events: ['started 340'] },
  ])('judges $name', ({ at, events }) => {
    const found = short(run(rules, story(65, at)));
    expect(found.map((text) => text.split(' ')[0])).toEqual(events.map((text) => text.split(' ')[0]));
    found.forEach((text, index) => {
      expect(Math.abs(Number(text.split(' ')[1]) - Number(events[index].split(' ')[1]))).toBeLessThanOrEqual(20);
    });
  });

  it('works on the whole picture without a zone', () => {
    const [started] = run([rule('loitering', { zone: null })], story(31, () => ({ x: 900 }))); // prettier-ignore
    expect(started).toMatchObject({ zoneId: null, why: 'Stayed 30 s in the picture; the limit is 30 s.' });
  });
});

describe('running', () => {
  const rules = [rule('running', { zone: null })];

  it.each([
    { name: 'walking', at: () => ({ x: 0, speed: 0.9 }), events: [] },
    {
      name: 'running',
      at: (t: number) => ({ x: 0, speed: t >= 1 && t < 3 ? 3.2 : 0.9 }),
      events: ['started 17', 'ended 39'],
    },
    { name: 'a short dash', at: (t: number) => ({ x: 0, speed: t >= 1 && t < 1.6 ? 3.2 : 0.9 }), events: [] },
    {
      name: 'a runner about the limit as one episode',
      at: (t: number) => ({ x: 0, speed: t < 2 ? 3 : 2.4 + 0.2 * Math.sin(5 * t) }),
      events: ['started 7'],
    },
    { name: 'an unknown speed', at: () => ({ x: 0, speed: null }), events: [] },
  ])('judges $name', ({ at, events }) => {
    expect(short(run(rules, story(6, at)))).toEqual(events);
  });

  it('counts only in the zone where there is one', () => {
    expect(run([rule('running')], story(3, () => ({ x: 900, speed: 4 })))).toEqual([]); // prettier-ignore
  });

  it('reports the highest speed at the end', () => {
    const events = run(rules, story(5, (t) => ({ x: 0, speed: t < 1 ? 3 : t < 2 ? 4.06 : 0 }))); // prettier-ignore
    expect(events.map(({ why }) => why)).toEqual([
      'Moves at 3 body heights/s; the limit is 2.5.',
      'Moved at up to 4.1 body heights/s; the limit is 2.5.',
    ]);
  });
});

describe('episodes', () => {
  it('are separate for each rule and track', () => {
    const rules = [rule('intrusion'), rule('intrusion', { id: 'rul_other', params: { dwellSec: 2 } })];
    const frames = Array.from({ length: 40 }, (_, seq) =>
      frameOf(seq, null, { tracks: [trackOf(1, { x: 250 }), trackOf(2, { x: 251 })] }),
    );
    const events = run(rules, frames);
    expect(events.map(({ ruleId, trackNo, seq }) => [ruleId, trackNo, seq])).toEqual([
      ['rul_intrusion', 1, 10],
      ['rul_intrusion', 2, 10],
      ['rul_other', 1, 20],
      ['rul_other', 2, 20],
    ]);
  });

  it('end when the rule is removed or becomes another kind', () => {
    const inside = story(3, () => ({ x: 250 }));
    let state = emptyBehaviorState();
    for (const frame of inside) state = behaviorStep(state, { rules: [rule('intrusion')], ...frame }).state;
    expect(alarmsOf(state, 1)).toEqual(['rul_intrusion']);
    for (const rules of [[], [rule('loitering', { id: 'rul_intrusion' })]]) {
      const step = behaviorStep(state, { rules, ...frameOf(30, { x: 250 }) });
      expect(short(step.events)).toEqual(['ended 30']);
      expect(alarmsOf(step.state, 1)).toEqual([]);
    }
  });

  it('leave nothing behind when all tracks are given up', () => {
    const rules = [rule('intrusion'), rule('loitering'), rule('running')];
    let state = emptyBehaviorState();
    for (const frame of story(5, () => ({ x: 250, speed: 5 }))) state = behaviorStep(state, { rules, ...frame }).state;
    const step = behaviorStep(state, { rules, ...frameOf(50, null, { ended: [1] }) });
    expect(step.state).toEqual(emptyBehaviorState());
    expect(step.events.map(({ kind, phase }) => [kind, phase])).toEqual([['intrusion', 'ended'], ['running', 'ended']]); // prettier-ignore
  });

  it('start and end alternately for every rule and track, whatever happens', () => {
    const random = seededRandom(8);
    const rules = [
      rule('intrusion', { params: { dwellSec: 0.2, leaveSec: 0.2 } }),
      rule('loitering', { params: { dwellSec: 1, presenceSec: 2, leaveSec: 0.3 } }),
      rule('running', { params: { durationSec: 0.1, leaveSec: 0.1 } }),
    ];
    const frames = Array.from({ length: 2000 }, (_, seq) => {
      const numbers = [1, 2, 3].filter(() => random() < 0.9);
      const tracks = numbers.map((trackNo) => trackOf(trackNo, { x: 900 * random(), speed: 5 * random() }));
      return frameOf(seq, null, { tracks, ended: [1, 2, 3].filter((no) => !numbers.includes(no) && random() < 0.1) });
    });
    const events = run(rules, [...frames, frameOf(2000, null, { ended: [1, 2, 3] })]);
    const open = new Map<string, number>();
    const broken: string[] = [];
    for (const { ruleId, trackNo, phase, startedSeq } of events) {
      const key = `${ruleId} ${trackNo}`;
      if ((open.get(key) ?? null) !== (phase === 'started' ? null : startedSeq)) broken.push(`${phase} ${key}`);
      if (phase === 'started') open.set(key, startedSeq);
      else open.delete(key);
    }
    expect(broken).toEqual([]);
    expect(open.size).toBe(0);
    expect(events.length).toBeGreaterThan(100);
  });

  it('come out of the whole chain: somebody runs through a zone, somebody else walks', () => {
    const walkers = [
      { from: { x: 0, y: 300 }, velocity: { x: 320, y: 0 }, heightPx: 100 },
      { from: { x: 400, y: 480 }, velocity: { x: -60, y: 0 }, heightPx: 100 },
    ];
    const rules = [rule('intrusion'), rule('running')];
    let tracker = emptyTrackerState();
    let state = emptyBehaviorState();
    const events: BehaviorEvent[] = [];
    const scene = walkScene(walkers, { seconds: 5, fps: FPS, noise: 0.02, random: seededRandom(6) });
    for (const { seq, ptsUs, poses } of scene) {
      const { state: next, ...tracked } = poseTrackerStep(tracker, { ptsUs, poses }, trackerSettings.fast);
      const isLast = seq === scene.length - 1;
      const ended = isLast ? liveTrackNos(next) : tracked.ended;
      const step = behaviorStep(state, { rules, frame: { seq, ptsUs }, tracks: isLast ? [] : tracked.tracks, ended });
      [tracker, state] = [next, step.state];
      events.push(...step.events);
    }
    const runner = events.find(({ kind }) => kind === 'running')?.trackNo;
    const seen = events.map(
      ({ kind, phase, trackNo }) => `${trackNo === runner ? 'runner' : 'walker'} ${kind} ${phase}`,
    );
    expect(seen.toSorted()).toEqual([
      'runner intrusion ended',
      'runner intrusion started',
      'runner running ended',
      'runner running started',
      'walker intrusion ended',
      'walker intrusion started',
    ]);
    expect(tracker.nextNo).toBe(3);
  });
});
