import { isNarrowed, parsePeopleSearch, queryOf, readMoment, writeMoment } from './search-filter.js';

const NOW_MS = 10 * 86_400_000;

describe('the request of a search', () => {
  it.each([
    [{}, {}],
    [{ camera: 'cam_a', range: 'all' }, { cameraId: 'cam_a' }],
    [{ range: 'hour' }, { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS }],
    [
      { range: 'custom', from: 5, to: 9 },
      { fromMs: 5, toMs: 9 },
    ],
    [{ range: 'custom', from: 5 }, { fromMs: 5 }],
    [{ posture: 'lying', event: 'any' } as const, { posture: 'lying', eventKind: 'any' }],
    [
      { zone: 'zon_a', dwell: 30 },
      { zoneId: 'zon_a', minDwellSec: 30 },
    ],
    [{ dwell: 30 }, {}],
    [
      { minSpeed: 1.5, together: 2, minDuration: 60 },
      { minSpeed: 1.5, minTogether: 2, minDurationSec: 60 },
    ],
    [
      { maxSpeed: 0, maxDuration: 0 },
      { maxSpeed: 0, maxDurationSec: 0 },
    ],
  ])('of %j is %j', (filter, query) => {
    expect(queryOf(filter, NOW_MS)).toEqual(query);
  });
});

it('an address with strange values keeps what makes sense', () => {
  const known = Object.entries(
    parsePeopleSearch({ posture: 'flying', camera: 'cam_a', minSpeed: '2', from: NaN, x: 1 }),
  );
  expect(known.filter(([, value]) => value !== undefined)).toEqual([['camera', 'cam_a']]);
});

it('a search is narrowed by conditions, not by the moment it looks for', () => {
  expect(isNarrowed({ like: 'cam_a/1/2/3', range: 'all' })).toBe(false);
  expect(isNarrowed({ maxSpeed: 0 })).toBe(true);
});

describe('a moment in an address', () => {
  it('reads back as it was written', () => {
    const moment = { cameraId: 'cam_4k.2-x', epoch: 3, trackNo: 12, ptsUs: 1_795_269_601_300_000 };
    expect(readMoment(writeMoment(moment))).toEqual(moment);
  });

  it.each([undefined, '', 'cam_a', 'cam_a/1/2', 'cam_a/1/2/x', 'cam_a/1/-2/5', 'a/b/1/2/3'])('%j is none', (like) => {
    expect(readMoment(like)).toBeNull();
  });
});
