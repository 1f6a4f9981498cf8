import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Processor time by what it was spent on, milliseconds. */
export type ProcessTimes = Readonly<Record<string, number>>;

/** Clock ticks of `/proc/PID/stat` are hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;
/** A process that has just ended shows up in its parent's books a moment later. */
const SETTLE_MS = 200;

interface Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly childrenMs: number;
}

/**
 * Processor time that `work` costs the programs that this process has started, by service or program. Null where the system does not
 * tell (it must be Linux). FFmpeg's time counts where it has ended by then.
 */
export async function withProcessTimes<T>(work: () => Promise<T>): Promise<{ result: T; times: ProcessTimes | null }> {
  const before = timesNow();
  const result = await work();
  await sleep(SETTLE_MS);
  const after = timesNow();
  if (before === null || after === null) return { result, times: null };
  const known = new Map(Object.entries(before));
  return {
    result,
    times: Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (known.get(name) ?? 0)])),
  };
}

/** Since each process started; null where there is no `/proc`. */
function timesNow(): Record<string, number> | null {
  if (process.platform !== 'linux') return null;
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readProcess(Number(name)) : []));
  const times = new Map<string, number>();
  const add = (name: string, ms: number): void => {
    times.set(name, (times.get(name) ?? 0) + ms);
  };
  for (const { name, ownMs, childrenMs } of descendants(all)) {
    add(name, ownMs);
    add(name === 'ingest' ? 'ffmpeg' : name, childrenMs);
  }
  return Object.fromEntries(times);
}

function descendants(all: readonly Process[]): readonly Process[] {
  const mine = new Set([process.pid]);
  for (let size = 0; size < mine.size;) {
    size = mine.size;
    for (const { pid, parentPid } of all) if (mine.has(parentPid)) mine.add(pid);
  }
  return all.filter(({ pid }) => mine.has(pid) && pid !== process.pid);
}

/** Empty for a process that has ended meanwhile. */
function readProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, program, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? ['', '', ''];
    const fields = rest.split(' ').map(Number); // from the third field of proc(5) on
    const [, parentPid] = fields;
    const [ownMs, childrenMs] = [fields[11] + fields[12], fields[13] + fields[14]].map((ticks) => ticks * TICK_MS);
    const service = /apps\/(\w+)\/main\.js/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1];
    return [{ pid, parentPid, name: service ?? program, ownMs, childrenMs }];
  } catch {
    return [];
  }
}
