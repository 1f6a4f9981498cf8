import { seededRandom } from '#base/random.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { decodeSegment } from '#storage/segment-codec.js';
import { sceneMessages, shuffledWithin, type Path, type Scene } from '#testing/pose-scene.js';
import { rulesOfCamera } from './camera-rules.js';
import { encodeLaneState, type LaneState } from './lane-state.js';
import { laneStep } from './lane-step.js';
import { context, outcomeOf, rowsOf } from './lane-outcome.js';

const walker: Path = (sec) => ({ x: 100 + 150 * sec, y: 500 });
const stander: Path = (sec) => (sec > 1 && sec < 6 ? { x: 1100, y: 600 } : null);
const scene: Scene = { cameraId: 'cam_a', epoch: 1, policy: 'live', frames: 80, fps: 10, people: [walker, stander] };

const messages = sceneMessages(scene);
const undisturbed = outcomeOf(messages);

it('stores two people as two closed tracks in segments of two seconds, and one alert with start and end', () => {
  expect([...undisturbed.tracks.keys()].sort()).toEqual(['1-1', '1-2']);
  expect([...undisturbed.tracks.values()]).toEqual([
    expect.objectContaining({ closed: true, poses: 80, startPtsUs: 0, endPtsUs: 7_900_000 }),
    expect.objectContaining({ closed: true, poses: 49, startPtsUs: 1_100_000, endPtsUs: 5_900_000 }),
  ]);
  const walked = [...undisturbed.segments.values()].filter((row) => row.trackNo === 1);
  expect(walked.map((row) => [row.segmentNo, row.poses])).toEqual([
    [0, 21],
    [1, 21],
    [2, 21],
    [3, 17],
  ]);
  expect(undisturbed.alerts).toEqual([
    expect.stringMatching(/^rul_in-cam_a-1-1-\d+ started$/),
    expect.stringMatching(/^rul_in-cam_a-1-1-\d+ ended$/),
  ]);
  expect([...undisturbed.events.values()]).toEqual([
    expect.objectContaining({ trackNo: 1, zoneId: 'zon_a', endMs: expect.any(Number) as number }),
  ]);
  expect(undisturbed.state.counts).toEqual({ captured: 80, analysed: 80, dropped: {} });
});

it('stores the observed poses to a quarter of an analysis pixel', () => {
  const scale = 512 / 1280;
  for (const row of undisturbed.segments.values()) {
    for (const pose of decodeSegment(row.packed)) {
      const { poses } = messages[Math.round(pose.ptsUs / 100_000)] as Extract<PosesEstimated, { outcome: 'poses' }>;
      const errors = poses.map((seen) =>
        Math.max(...seen.keypoints.map((value, i) => (i % 3 === 2 ? 0 : Math.abs(value - pose.keypoints[i])))),
      );
      expect(Math.min(...errors)).toBeLessThanOrEqual(0.25 / scale + 1e-3);
    }
  }
});

describe('the same rows and alerts come out', () => {
  const file = sceneMessages({ ...scene, policy: 'file' });
  const orders: [string, (of: readonly PosesEstimated[]) => PosesEstimated[]][] = [
    ...[3, 16, 64].flatMap((reach) =>
      [1, 2, 3].map((seed): (typeof orders)[number] => [
        `shuffled within ${reach}, seed ${seed}`,
        (of) => shuffledWithin(of, reach, seed),
      ]),
    ),
    ['backwards, 64 at a time', (of) => [...of.slice(0, 64).toReversed(), ...of.slice(64).toReversed()]],
  ];
  it.each(orders)('of messages %s', (_, order) => {
    expect(rowsOf(outcomeOf(order(messages)))).toEqual(rowsOf(undisturbed));
    expect(rowsOf(outcomeOf(order(file)))).toEqual(rowsOf(undisturbed));
  });

  it('of messages that come two or three times', () => {
    const random = seededRandom(5);
    const repeated = messages.flatMap((message) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => message));
    const again = outcomeOf([...repeated, ...messages]);
    expect(rowsOf(again)).toEqual(rowsOf(undisturbed));
    expect(again.changes).toBe(messages.length);
  });
});

it('tells what really ran on each frame that was analysed', () => {
  const ended = messages.length - 1;
  const { updates } = outcomeOf([messages[0], messages[ended]].map((message, seq) => ({ ...message, seq })));
  expect(updates[0]).toMatchObject({ analysed: true, provider: 'cpu', profile: 'fast', modelId: 'test' });
  expect(updates[1]).toMatchObject({ ended: true, provider: null });
  expect(updates[1]).not.toHaveProperty('modelId');
});

it('acknowledges a repeated message with what is done', () => {
  const { updates } = outcomeOf([messages[0], messages[1], messages[0]]);
  expect(updates.map(({ seq, analysed }) => [seq, analysed])).toEqual([
    [0, true],
    [1, true],
    [1, false],
  ]);
});

describe('a missing frame', () => {
  const gap = messages.filter((_, seq) => seq !== 10);

  it('of a live camera is given up behind 64 later ones and counted as late', () => {
    const { state, updates } = outcomeOf(gap.slice(0, 74));
    expect(state.reorder.nextSeq).toBe(10);
    expect(updates.at(-1)?.seq).toBe(9);
    const later = outcomeOf(gap.slice(0, 75));
    expect(later.state.reorder.nextSeq).toBe(76);
    expect(later.state.counts).toEqual({ captured: 76, analysed: 75, dropped: { late: 1 } });
  });

  it('of a live camera is given up after its time', () => {
    const { state } = outcomeOf(gap.slice(0, 20));
    const waited = laneStep(state, null, context({ nowMs: 2999 }));
    expect(waited.changed).toBe(false);
    const over = laneStep(state, null, context({ nowMs: 3000 }));
    expect(over.state.counts.dropped).toEqual({ late: 1 });
    expect(over.effects.done.map(({ seq }) => seq)).toContain(10);
    expect(laneStep(over.state, messages[10], context()).changed).toBe(false);
  });

  it('of a file is waited for without end', () => {
    const file = sceneMessages({ ...scene, policy: 'file' }).filter((_, seq) => seq !== 10);
    const { state } = outcomeOf(file);
    expect(state.reorder.nextSeq).toBe(10);
    expect(laneStep(state, null, context({ nowMs: 1e9 })).changed).toBe(false);
  });
});

it('counts skipped frames by reason', () => {
  const skipped = messages.map((message): PosesEstimated => {
    if (message.seq % 8 !== 0 || message.outcome === 'ended') return message;
    const { cameraId, epoch, seq, capturedAtMs, ptsUs, traceId, policy, source } = message;
    const at = { cameraId, epoch, seq, capturedAtMs, ptsUs, traceId, policy, source };
    return { type: 'poses.estimated', v: 1, ...at, outcome: 'skipped', reason: seq < 40 ? 'overloaded' : 'expired' };
  });
  const { state, tracks } = outcomeOf(skipped);
  expect(state.counts).toEqual({ captured: 80, analysed: 70, dropped: { overloaded: 5, expired: 5 } });
  expect(tracks.size).toBe(2);
});

describe('a new epoch', () => {
  const second = sceneMessages({ ...scene, epoch: 2, frames: 10, people: [] });

  it('closes the tracks and alerts of the old one and counts from nothing', () => {
    const { tracks, alerts, state } = outcomeOf([...messages.slice(0, 40), second[0]]);
    expect([...tracks.values()]).toEqual([
      expect.objectContaining({ closed: true, epoch: 1 }),
      expect.objectContaining({ closed: true, epoch: 1 }),
    ]);
    expect(alerts.map((alert) => alert.split(' ')[1])).toEqual(['started', 'ended']);
    expect(state).toMatchObject({ epoch: 2, counts: { captured: 1, analysed: 1, dropped: {} }, open: [] });
  });

  it('does what waited of the old one, and counts what comes later still once as late', () => {
    const before = [...messages.slice(0, 20), ...messages.slice(21, 25)];
    const { state, tracks } = outcomeOf([...before, second[0], messages[25], messages[25], messages[3], second[1]]);
    expect([...tracks.values()].at(0)).toMatchObject({ poses: 24 });
    expect(state.counts).toEqual({ captured: 3, analysed: 2, dropped: { late: 1 } });
  });
});

it('writes the progress of a file every ten frames and at its end', () => {
  const file = sceneMessages({ ...scene, policy: 'file', frames: 25, people: [] });
  let state: LaneState | null = null;
  const progress: (number | undefined)[] = [];
  for (const message of file) {
    const step = laneStep(state, message, context());
    state = step.state;
    progress.push(step.effects.video?.framesDone);
  }
  expect(progress.filter((frames) => frames !== undefined)).toEqual([10, 20, 25]);
});

it('keeps the state of ten people small enough to store with every frame', () => {
  const people = Array.from({ length: 10 }, (_, i): Path => (sec) => ({ x: 60 + 120 * i + 20 * sec, y: 300 + 30 * i }));
  const { state } = outcomeOf(sceneMessages({ ...scene, people, frames: 70 }).slice(0, 70));
  expect(state.open).toHaveLength(10);
  expect(encodeLaneState(state).length).toBeLessThan(8000);
});

describe('rules of a camera', () => {
  const zones = [{ id: 'z', name: 'Z', polygon: [] }];
  const rule = {
    id: 'r',
    kind: 'running',
    name: 'R',
    params: {},
    cameraId: null,
    zoneId: null,
    enabled: true,
  } as const;

  it.each([
    ['every camera', rule, 1],
    ['this camera', { ...rule, cameraId: 'cam_a' }, 1],
    ['another camera', { ...rule, cameraId: 'cam_b' }, 0],
    ['a rule that is off', { ...rule, enabled: false }, 0],
    ['a zone of this camera', { ...rule, zoneId: 'z' }, 1],
    ['a zone that is gone', { ...rule, zoneId: 'gone' }, 0],
  ])('%s: %#', (_, record, count) => {
    expect(rulesOfCamera('cam_a', [record], zones)).toHaveLength(count);
  });
});
