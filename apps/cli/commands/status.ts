import { systemClock } from '#base/clock.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { chosenPlaces } from '../internal/places.js';
import { isProcess, memoryBytes } from '../internal/process-table.js';
import { readState, supervisorRuns, type SystemState } from '../internal/system-state.js';

const MEGABYTE = 1e6;

/** One line of the status. `pid` and the rest are null while the process is down. */
interface ProcessLine {
  readonly name: string;
  readonly pid: number | null;
  readonly rssBytes: number | null;
  readonly uptimeSec: number | null;
  readonly restarts: number;
  readonly lastExit: string | null;
}

function supervisorLine(state: SystemState): ProcessLine {
  const runs = supervisorRuns(state);
  return {
    name: 'supervisor',
    pid: runs ? state.supervisorPid : null,
    rssBytes: runs ? memoryBytes(state.supervisorPid, { alone: true }) : null,
    uptimeSec: runs ? uptime(state.startedAtMs) : null,
    restarts: 0,
    lastExit: null,
  };
}

function uptime(startedAtMs: number | null): number | null {
  return startedAtMs === null ? null : Math.max(0, Math.round((systemClock.nowMs() - startedAtMs) / 1000));
}

function processLine(process: SystemState['processes'][number]): ProcessLine {
  const { name, restarts, lastExit } = process;
  const pid = process.pid !== null && isProcess(process.pid, process.mark) ? process.pid : null;
  const alive = pid !== null;
  return {
    name,
    pid,
    rssBytes: alive ? memoryBytes(pid) : null,
    uptimeSec: alive ? uptime(process.startedAtMs) : null,
    restarts,
    lastExit,
  };
}

function describe(line: ProcessLine): string {
  const memory = line.rssBytes === null ? '' : `${Math.round(line.rssBytes / MEGABYTE)} MB`;
  const up = line.uptimeSec === null ? 'down' : `${line.uptimeSec} s`;
  const again = line.restarts === 0 ? '' : `  restarted ${line.restarts}x, last: ${line.lastExit ?? 'unknown'}`;
  const pid = line.pid === null ? '-' : String(line.pid);
  return `  ${line.name.padEnd(11)}${pid.padStart(8)}${memory.padStart(9)}${up.padStart(10)}${again}`;
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, { data: { type: 'string' }, json: { type: 'boolean', default: false } });
  const places = chosenPlaces(io.environment, values.data);
  const state = readState(places);
  const running = state !== null && supervisorRuns(state);
  const lines = state === null ? [] : [...state.processes.map(processLine), supervisorLine(state)];
  const totalBytes = lines.reduce((sum, line) => sum + (line.rssBytes ?? 0), 0);
  if (values.json) {
    const url = state?.url ?? null;
    io.out(JSON.stringify({ running, url, data: places.data, rssBytes: totalBytes, services: lines }));
  } else if (state === null) {
    io.out(`Posewatch does not run on ${places.data}`);
  } else {
    io.out(running ? `Posewatch runs at ${state.url ?? '(starting)'}` : orphaned(lines));
    for (const line of lines) io.out(describe(line));
    io.out(`  together ${Math.round(totalBytes / MEGABYTE)} MB of memory; data in ${places.data}`);
  }
  return Promise.resolve();
}

function orphaned(lines: readonly ProcessLine[]): string {
  const left = lines.filter((line) => line.pid !== null).length;
  return `The supervisor is gone and ${left} process(es) are left; "posewatch up" starts anew, "posewatch down" ends them`;
}

export const status: Command = {
  name: 'status',
  summary: 'say what runs, with memory, uptime and restarts',
  usage: 'posewatch status [--data DIR] [--json]',
  run,
};
