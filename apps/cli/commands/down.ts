import { systemClock } from '#base/clock.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { endLeftOver } from '../internal/left-over.js';
import { chosenPlaces } from '../internal/places.js';
import { endProcess } from '../internal/process-table.js';
import { seconds } from '../internal/steps.js';
import { readState, release, supervisorRuns } from '../internal/system-state.js';

/** Four services at 6 s, Redis at 6 s, PostgreSQL at 15 s, and some air. */
const STOP_MS = 50_000;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, { data: { type: 'string' } });
  const places = chosenPlaces(io.environment, values.data);
  const state = readState(places);
  if (state === null) {
    io.out(`Posewatch does not run on ${places.data}`);
    return;
  }
  const startMs = systemClock.monotonicMs();
  if (supervisorRuns(state)) await endProcess(state.supervisorPid, 'SIGTERM', STOP_MS);
  const left = await endLeftOver(readState(places) ?? state);
  if (left.length > 0) io.progress(`  ended what the supervisor had left: ${left.join(', ')}`);
  release(places);
  io.out(`Posewatch stopped (${seconds(systemClock.monotonicMs() - startMs)})`);
}

export const down: Command = {
  name: 'down',
  summary: 'stop everything',
  usage: 'posewatch down [--data DIR]',
  run,
};
