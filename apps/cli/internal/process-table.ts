import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#base/clock.js';

const KILOBYTE = 1024;

function isMissing(problem: unknown): boolean {
  return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'ESRCH';
}

/** Whether a process with that id exists (a zombie counts as gone). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (problem) {
    return !isMissing(problem);
  }
  return !/^State:\s+Z/m.test(procFile(pid, 'status') ?? '');
}

function procFile(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return null;
  }
}

/** The process id in the first line of a file; null when there is none. */
export function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** Arguments of a living process, or null where the system does not tell (it is gone, or there is no /proc). */
export function commandLine(pid: number): readonly string[] | null {
  const text = procFile(pid, 'cmdline');
  return text === null || text === '' ? null : text.split('\0').filter((part) => part !== '');
}

/** Whether a living process is the one meant: ids are used again, so its arguments must name `mark`. Without /proc the id decides. */
export function isProcess(pid: number, mark: string): boolean {
  if (!isAlive(pid)) return false;
  const args = commandLine(pid);
  return args === null ? process.platform !== 'linux' : args.some((arg) => arg.includes(mark));
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => new RegExp(`^PPid:\\s+${pid}$`, 'm').test(procFile(child, 'status') ?? ''));
}

function kilobytes(text: string | null, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text ?? '');
  return Number(found?.[1] ?? 0) * KILOBYTE;
}

/**
 * Memory of a process and its children in bytes: resident pages, pages shared among them counted once (PSS) where a process
 * has children, as PostgreSQL has; `alone` leaves the children out. Null where the system has no /proc or the process is gone.
 */
export function memoryBytes(pid: number, options: { readonly alone: boolean } = { alone: false }): number | null {
  const own = procFile(pid, 'status');
  if (own === null) return null;
  const children = options.alone ? [] : childrenOf(pid);
  if (children.length === 0) return kilobytes(own, 'VmRSS');
  return [pid, ...children].reduce((sum, id) => {
    const shared = kilobytes(procFile(id, 'smaps_rollup'), 'Pss');
    return sum + (shared > 0 ? shared : kilobytes(procFile(id, 'status'), 'VmRSS'));
  }, 0);
}

/** Ends a process that is not our child: `signal`, then SIGKILL after `graceMs`. Resolves when it is gone. */
export async function endProcess(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(pid, signal);
  const endMs = systemClock.monotonicMs() + graceMs;
  while (isAlive(pid)) {
    if (systemClock.monotonicMs() > endMs) send(pid, 'SIGKILL');
    await sleep(25);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (problem) {
    if (!isMissing(problem)) throw problem;
  }
}
