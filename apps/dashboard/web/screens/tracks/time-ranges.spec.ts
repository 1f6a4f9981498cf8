import { fromField, spanOfRange, toField } from './time-ranges.js';

describe('spanOfRange', () => {
  const nowMs = 1_800_000_000_000;

  it.each([
    ['a named range ends now', { range: 'hour' }, { fromMs: nowMs - 3_600_000 }],
    ['any time has no bounds', { range: 'all' }, {}],
    ['no range is any time', {}, {}],
    ['a custom range is as given', { range: 'custom', from: 5, to: 9 }, { fromMs: 5, toMs: 9 }],
    ['a custom range may be open', { range: 'custom', from: 5 }, { fromMs: 5 }],
    ['bounds count only for a custom range', { range: 'all', from: 5, to: 9 }, {}],
  ])('%s', (_, filter, span) => {
    expect(spanOfRange(filter, nowMs)).toEqual(span);
  });
});

describe('date fields', () => {
  it('give back the minute they were given', () => {
    const minute = 1_800_000_000_000 - (1_800_000_000_000 % 60_000);
    expect(fromField(toField(minute))).toBe(minute);
  });

  it('are empty for nothing', () => {
    expect(toField(undefined)).toBe('');
    expect(fromField('')).toBeUndefined();
  });
});
