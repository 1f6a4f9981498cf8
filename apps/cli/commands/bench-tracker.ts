import { systemClock } from '#base/clock.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { commonFlags, print, wholeList, whole, type Measurement } from './bench-flags.js';

const usage = `posewatch bench tracker [--people 5,20,100] [--frames 300] [--json]
  One frame of the tracker, by number of people: by the clock, and the mean of its processor time with garbage collection.
  JSON: tracker[{people, p50Ms, p99Ms, meanCpuMs, stateBytesPerTrack}]`;

const flags = {
  json: commonFlags.json,
  people: { type: 'string', default: '5,20,100' },
  frames: { type: 'string', default: '300' },
} as const;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const [crowds, frames] = [wholeList('people', values.people, 1000), whole('frames', values.frames, 100_000)];
  const { benchTracker } = await import('../../../bench/tracker.js');
  const rows = benchTracker(systemClock, { crowds, frames });
  const lines = rows.map(
    ({ people, p50Ms, p99Ms, meanCpuMs }) =>
      `${people} people: p50 ${p50Ms} ms, p99 ${p99Ms} ms, processor ${meanCpuMs} ms`,
  );
  print(io, { tracker: rows }, { json: values.json, lines });
}

/** `posewatch bench tracker`. */
export const tracker: Measurement = { usage, run };
