/** The named spans of the filter, and what they mean at a moment. */
export const timeRanges = [
  { value: 'hour', label: 'Last hour', lengthMs: 3_600_000 },
  { value: 'day', label: 'Last 24 hours', lengthMs: 86_400_000 },
  { value: 'week', label: 'Last 7 days', lengthMs: 7 * 86_400_000 },
  { value: 'all', label: 'Any time', lengthMs: null },
  { value: 'custom', label: 'From … to …', lengthMs: null },
] as const;

export interface TimeSpan {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The span of a filter: a named range ends now; `custom` is as given; everything else is any time. */
export function spanOfRange(
  filter: { readonly range?: string | undefined; readonly from?: number | undefined; readonly to?: number | undefined },
  nowMs: number,
): TimeSpan {
  if (filter.range === 'custom') {
    return {
      ...(filter.from === undefined ? {} : { fromMs: filter.from }),
      ...(filter.to === undefined ? {} : { toMs: filter.to }),
    };
  }
  const lengthMs = timeRanges.find((range) => range.value === filter.range)?.lengthMs ?? null;
  return lengthMs === null ? {} : { fromMs: nowMs - lengthMs };
}

/** `2026-11-21T14:03`, or with seconds, in the viewer's zone, for a date field. */
export function toField(ms: number | undefined, finest: 'minute' | 'second' = 'minute'): string {
  if (ms === undefined) return '';
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, finest === 'minute' ? 16 : 19);
}

/** Milliseconds since 1970 of a date field; undefined while it is empty. */
export function fromField(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
