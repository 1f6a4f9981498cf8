import type { Clock } from '#base/clock.js';

/** Something a start did, and how long it took (milliseconds); `note` is what a person should know beside it. */
export type StartReport =
  | { readonly kind: 'begun'; readonly text: string }
  | { readonly kind: 'step'; readonly text: string; readonly ms: number }
  | { readonly kind: 'note'; readonly text: string };

export type Reporter = (report: StartReport) => void;

/** Seconds with one decimal, as every step prints them. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Does one step of a start and reports how long it took. */
export async function step<T>(
  text: string,
  work: () => Promise<T>,
  to: { readonly clock: Clock; readonly report: Reporter },
): Promise<T> {
  const startMs = to.clock.monotonicMs();
  to.report({ kind: 'begun', text });
  const result = await work();
  to.report({ kind: 'step', text, ms: to.clock.monotonicMs() - startMs });
  return result;
}

/** The line a person reads for a report; null for one that needs none. */
export function reportLine(report: StartReport): string | null {
  switch (report.kind) {
    case 'begun':
      return null;
    case 'step':
      return `  ${report.text} (${seconds(report.ms)})`;
    case 'note':
      return `  ${report.text}`;
  }
}
