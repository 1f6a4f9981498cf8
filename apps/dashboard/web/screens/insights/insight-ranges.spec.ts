import { insightRangeOf, insightRanges, insightSpanOf } from './insight-ranges.js';

describe('the ranges of insights', () => {
  it('are found by name, and are a day where the name is unknown or missing', () => {
    expect(insightRanges.map(({ value }) => insightRangeOf(value).value)).toEqual(['hour', 'day', 'week', 'month']);
    expect(insightRangeOf('decade').value).toBe('day');
    expect(insightRangeOf(undefined).value).toBe('day');
  });

  it('end now, and have buckets of whole minutes', () => {
    for (const range of insightRanges) {
      expect(insightSpanOf(range, 5e12)).toEqual({ fromMs: 5e12 - range.lengthMs, toMs: 5e12 });
      expect((range.lengthMs / range.buckets) % 60_000).toBe(0);
    }
  });
});
