/** For specs: runs messages of one camera through `laneStep` and gathers what they leave. */
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { trackerSettings } from '#tracking/tracker-settings.js';
import type { CameraRule } from './camera-rules.js';
import { decodeLaneState, encodeLaneState, type LaneState } from './lane-state.js';
import { laneStep, type LaneContext, type LaneEffects } from './lane-step.js';

const rules: readonly CameraRule[] = [
  {
    id: 'rul_in',
    kind: 'intrusion',
    name: 'No entry',
    zone: {
      id: 'zon_a',
      name: 'Gate',
      polygon: [
        [0.4, 0],
        [0.6, 0],
        [0.6, 1],
        [0.4, 1],
      ],
    },
    params: {},
  },
];

/** A live camera with a gate in the middle that nobody may enter. */
export function context(more: Partial<LaneContext> = {}): LaneContext {
  const limits = { lateMs: 3000, maxWaiting: 64 };
  return { cameraId: 'cam_a', nowMs: 0, ...limits, tracker: trackerSettings, rules, ...more };
}

/** All that a sequence of messages leaves in the database and in the news, by natural key; the state travels through bytes at each step. */
export function outcomeOf(messages: readonly (PosesEstimated | null)[], options: LaneContext = context()) {
  let state: LaneState | null = null;
  const throughBytes = (of: LaneState | null) => of && decodeLaneState(encodeLaneState(of));
  const tracks = new Map<string, unknown>();
  const segments = new Map<string, LaneEffects['segments'][number]>();
  const events = new Map<string, unknown>();
  const alerts: string[] = [];
  const updates: LaneEffects['updates'][number][] = [];
  const started: LaneEffects['started'][number][] = [];
  const done: number[] = [];
  let changes = 0;
  for (const message of messages) {
    const before = throughBytes(state);
    const step = laneStep(before, message, options);
    if (!step.changed) expect(step.state).toEqual(before);
    changes += Number(step.changed);
    state = step.state;
    const { effects } = step;
    for (const row of effects.tracks) tracks.set(`${row.epoch}-${row.trackNo}`, row);
    for (const row of effects.segments) segments.set(`${row.epoch}-${row.trackNo}-${row.segmentNo}`, row);
    for (const { row } of effects.started) events.set(row.id, row);
    for (const end of effects.ended) events.set(end.id, { ...(events.get(end.id) as object), ...end });
    alerts.push(...effects.alerts.map((alert) => `${alert.eventId} ${alert.phase}`));
    updates.push(...effects.updates);
    started.push(...effects.started);
    done.push(...effects.done.map(({ seq }) => seq));
  }
  if (state === null) throw new Error('no message');
  return { state, tracks, segments, events, alerts, updates, started, done, changes };
}

/** The part that must not depend on order or repetition of delivery. */
export function rowsOf(outcome: ReturnType<typeof outcomeOf>) {
  const { tracks, segments, events, alerts } = outcome;
  const sorted = <T>(rows: Map<string, T>): [string, T][] => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const { counts } = outcome.state;
  return { tracks: sorted(tracks), segments: sorted(segments), events: sorted(events), alerts, counts };
}
