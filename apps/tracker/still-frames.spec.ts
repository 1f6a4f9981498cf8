import { sceneMessages, shuffledWithin, withStillFrames, type Path, type Scene } from '#testing/pose-scene.js';
import type { CameraRule } from './camera-rules.js';
import { decodeLaneState, encodeLaneState, type LaneState } from './lane-state.js';
import { laneStep } from './lane-step.js';
import { context, outcomeOf, rowsOf } from './lane-outcome.js';

describe('still frames', () => {
  const guard: Path = (sec) => ({ x: 640 + (sec > 39 ? 100 * (sec - 39) : 0), y: 500 });
  const loitering: CameraRule = { id: 'rul_stay', kind: 'loitering', name: 'Stay', zone: null, params: {} };
  const post: Scene = { cameraId: 'cam_a', epoch: 1, policy: 'live', frames: 400, fps: 10, people: [guard] };
  const gated = withStillFrames(sceneMessages(post), (seq) => seq > 10 && seq < 390 && seq % 20 !== 0);
  const isStill = (seq: number): boolean => gated[seq].outcome === 'still';
  const outcome = outcomeOf(gated, context({ rules: [loitering] }));

  it('keep a person who stands there in one track with a pose for each frame', () => {
    expect([...outcome.tracks.values()]).toEqual([
      expect.objectContaining({ trackNo: 1, closed: true, poses: 400, startPtsUs: 0, endPtsUs: 39_900_000 }),
    ]);
    const shown = outcome.updates.filter(({ seq }) => seq < 400);
    expect(shown.every(({ analysed, tracks }) => analysed && tracks.length === 1)).toBe(true);
  });

  it('count apart from analysed ones', () => {
    const still = gated.filter((message) => message.outcome === 'still').length;
    expect(outcome.state.counts).toEqual({ captured: 400, analysed: 400 - still, still, dropped: {} });
  });

  it('let loitering go on: the alert starts at its limit, on a still frame, with the picture of the last analysed one', () => {
    const [{ row, picture }] = outcome.started;
    expect(row.startPtsUs).toBe(30_000_000);
    const onStill = outcomeOf(
      gated.map((message, seq) => (seq === 300 ? withStillFrames([message], () => true)[0] : message)),
      context({ rules: [loitering] }),
    );
    expect(onStill.started[0].row.startPtsUs).toBe(30_000_000);
    expect(onStill.started[0].picture?.frame.seq).toBe(280);
    expect(picture?.frame.seq).toBe(300);
  });

  it('leave the pixels of the last analysed frame in the store until the next one is done', () => {
    let state: LaneState | null = null;
    let newest = -1;
    const kept = new Set<number>();
    for (const message of gated) {
      const step = laneStep(state, message, context());
      state = step.state;
      if (message.outcome === 'poses') kept.add((newest = message.seq));
      for (const { seq } of step.effects.done) kept.delete(seq);
      expect([...kept]).toEqual(message.outcome === 'ended' ? [] : [newest]);
    }
    const doneOnce = outcome.done.filter((seq) => seq < 400 && !isStill(seq));
    expect(doneOnce).toHaveLength(new Set(doneOnce).size);
  });

  it('do not discard those pixels either when the analysed frame comes again', () => {
    const { done } = outcomeOf([...gated.slice(0, 30), gated[20]]);
    expect(done).not.toContain(20);
    expect(outcomeOf([...gated.slice(0, 30), ...sceneMessages({ ...post, epoch: 2, frames: 1 })]).done).toContain(20);
  });

  it('lead to the same rows when shuffled and repeated', () => {
    const rules = context({ rules: [loitering] });
    const undisturbedRows = rowsOf(outcome);
    expect(rowsOf(outcomeOf(shuffledWithin(gated, 16, 4), rules))).toEqual(undisturbedRows);
    expect(
      rowsOf(
        outcomeOf(
          gated.flatMap((message) => [message, message]),
          rules,
        ),
      ),
    ).toEqual(undisturbedRows);
  });

  it('say nothing before the first analysed frame of an epoch', () => {
    const { updates, state } = outcomeOf(withStillFrames(sceneMessages(post).slice(0, 3), (seq) => seq < 2));
    expect(updates.map(({ analysed, tracks }) => [analysed, tracks.length])).toEqual([
      [false, 0],
      [false, 0],
      [true, 1],
    ]);
    expect(state.counts).toEqual({ captured: 3, analysed: 1, still: 2, dropped: {} });
  });
});

it('reads a checkpoint of before there were still frames', () => {
  const { state } = outcomeOf(
    sceneMessages({ cameraId: 'cam_a', epoch: 1, policy: 'live', frames: 5, fps: 10, people: [] }),
  );
  const { seen, ...old } = state;
  expect(seen).toBeNull();
  expect(decodeLaneState(encodeLaneState(old as LaneState))).toEqual(state);
});
