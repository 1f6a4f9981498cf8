import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';

/** So many things in so much time. */
export interface Measured {
  readonly count: number;
  readonly seconds: number;
}

/** Two ways to do the same work, measured in turns. Rates are things a second over all rounds. */
export interface Comparison {
  readonly rate: number;
  readonly bareRate: number;
  /** `rate / bareRate`: 1 is as fast as the bare limit. */
  readonly ratio: number;
  /** Lowest and highest ratio of a single round: how far the machine drifts. */
  readonly ratioRange: readonly [number, number];
  /** Processor time that this process spent on one thing, milliseconds: hardly depends on what else the machine does. */
  readonly cpuMs: number;
  readonly bareCpuMs: number;
}

interface Side extends Measured {
  readonly cpuMs: number;
}

/** What is compared, and how often. */
export interface Rounds {
  readonly measured: () => Promise<Measured>;
  readonly bare: () => Promise<Measured>;
  readonly rounds: number;
  readonly signal: AbortSignal;
}

/**
 * Measures A B, B A, A B …: both sides see the same machine, whatever else it does, and a steady drift cancels out.
 * @throws AppError `cancelled` when aborted between two measurements.
 */
export async function interleaved({ measured, bare, rounds, signal }: Rounds): Promise<Comparison> {
  const pairs: { readonly measured: Side; readonly bare: Side }[] = [];
  for (let round = 0; round < rounds; round++) {
    const bareFirst = round % 2 === 1;
    const first = await withCpu(bareFirst ? bare : measured, signal);
    const second = await withCpu(bareFirst ? measured : bare, signal);
    pairs.push(bareFirst ? { measured: second, bare: first } : { measured: first, bare: second });
  }
  const [ours, theirs] = [total(pairs.map((pair) => pair.measured)), total(pairs.map((pair) => pair.bare))];
  const ratios = pairs.map(
    (pair) => pair.measured.count / pair.measured.seconds / (pair.bare.count / pair.bare.seconds),
  );
  return {
    ...{ rate: ours.rate, bareRate: theirs.rate, ratio: ours.rate / theirs.rate },
    ...{ ratioRange: [Math.min(...ratios), Math.max(...ratios)], cpuMs: ours.cpuMs, bareCpuMs: theirs.cpuMs },
  };
}

async function withCpu(side: () => Promise<Measured>, signal: AbortSignal): Promise<Side> {
  if (signal.aborted) throw new AppError('cancelled', 'Stopped before the measurement was done.');
  const since = process.cpuUsage();
  const measured = await side();
  const { user, system } = process.cpuUsage(since);
  return { ...measured, cpuMs: (user + system) / 1000 };
}

/** Things a second, and processor time of one. */
function total(parts: readonly Side[]): { readonly rate: number; readonly cpuMs: number } {
  const sum = (of: (part: Side) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const count = sum((part) => part.count);
  return { rate: count / sum((part) => part.seconds), cpuMs: sum((part) => part.cpuMs) / count };
}

/**
 * Repeats `step` in `loops` loops side by side for about `seconds`. Each loop is timed by itself, so that one that ends later than the
 * others does not count as idle time of theirs.
 * @param step does one piece of work and resolves with how many things it did.
 */
export async function sideBySide(
  { loops, seconds }: { readonly loops: number; readonly seconds: number },
  step: () => Promise<number>,
): Promise<Measured> {
  const startMs = systemClock.monotonicMs();
  const elapsedMs = (): number => systemClock.monotonicMs() - startMs;
  const loop = async (): Promise<Measured> => {
    let count = 0;
    do count += await step();
    while (elapsedMs() < seconds * 1000);
    return { count, seconds: elapsedMs() / 1000 };
  };
  return together(await Promise.all(Array.from({ length: loops }, loop)));
}

/** Measurements that ran at the same time as one: their rates add up. */
export function together(parts: readonly Measured[]): Measured {
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0) / parts.length;
  const rate = parts.reduce((sum, part) => sum + part.count / part.seconds, 0);
  return { count: rate * seconds, seconds };
}
