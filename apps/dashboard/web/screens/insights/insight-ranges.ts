/** The spans that insights are shown over; each ends now. */
export const insightRanges = [
  { value: 'hour', label: 'Hour', lengthMs: 3_600_000, buckets: 60 },
  { value: 'day', label: '24 hours', lengthMs: 86_400_000, buckets: 96 },
  { value: 'week', label: '7 days', lengthMs: 7 * 86_400_000, buckets: 84 },
  { value: 'month', label: '30 days', lengthMs: 30 * 86_400_000, buckets: 90 },
] as const;

export type InsightRange = (typeof insightRanges)[number];

/** The range of that name; a day where there is none. */
export function insightRangeOf(value: string | undefined): InsightRange {
  return insightRanges.find((range) => range.value === value) ?? insightRanges[1];
}

/** The span of a range that ends at `nowMs`. */
export function insightSpanOf(range: InsightRange, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: nowMs - range.lengthMs, toMs: nowMs };
}
