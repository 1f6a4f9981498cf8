import type { SearchQuery } from '../../api/calls.js';
import {
  isNarrowed,
  parsePeopleSearch,
  queryOf,
  readMoment,
  readMovement,
  writeMoment,
  writeMovement,
  type PeopleSearch,
} from './search-filter.js';

const NOW_MS = 10 * 86_400_000;

describe('the request of a search', () => {
  it.each<[PeopleSearch, SearchQuery]>([
    [{}, {}],
    [{ cameraId: 'cam_a', range: 'all' }, { cameraId: 'cam_a' }],
    [{ cameraId: ['cam_a', 'cam_b'] }, { cameraId: ['cam_a', 'cam_b'] }],
    [{ range: 'hour' }, { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS }],
    [
      { range: 'custom', fromMs: 5, toMs: 9 },
      { fromMs: 5, toMs: 9 },
    ],
    [{ range: 'custom', fromMs: 5 }, { fromMs: 5 }],
    [{ fromMs: 5, toMs: 9 }, {}],
    [
      { posture: 'lying', eventKind: 'any', track: 'cam_a/1/2' },
      { posture: 'lying', eventKind: 'any', track: 'cam_a/1/2' },
    ],
    [
      { zoneId: 'zon_a', minDwellSec: 30 },
      { zoneId: 'zon_a', minDwellSec: 30 },
    ],
    [{ minDwellSec: 30, direction: 'left' }, {}],
    [
      { cameraId: 'cam_a', line: '0,0,1,1', direction: 'left' },
      { cameraId: 'cam_a', line: '0,0,1,1', direction: 'left' },
    ],
    [
      { minSpeed: 1.5, minTogether: 2, minDurationSec: 60 },
      { minSpeed: 1.5, minTogether: 2, minDurationSec: 60 },
    ],
    [
      { maxSpeed: 0, maxDurationSec: 0 },
      { maxSpeed: 0, maxDurationSec: 0 },
    ],
    [{ like: 'cam_a/1/2/3', move: 'cam_a/1/2/3/4', pose: '1_2' }, {}],
  ])('of %j is %j', (filter, query) => {
    expect(queryOf(filter, NOW_MS)).toEqual(query);
  });
});

it('an address with strange values keeps what makes sense', () => {
  const known = Object.entries(
    parsePeopleSearch({ posture: 'flying', cameraId: ['cam_a', 5, 'cam_b'], minSpeed: '2', fromMs: NaN, x: 1 }),
  );
  expect(known.filter(([, value]) => value !== undefined)).toEqual([['cameraId', ['cam_a', 'cam_b']]]);
});

it('a search is narrowed by conditions, not by what it looks for', () => {
  expect(isNarrowed({ like: 'cam_a/1/2/3', move: 'x', pose: 'y', range: 'all' })).toBe(false);
  expect(isNarrowed({ maxSpeed: 0 })).toBe(true);
});

it('an address may name several postures', () => {
  expect(parsePeopleSearch({ posture: ['lying', 'flying', 'standing'] }).posture).toEqual(['standing', 'lying']);
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

describe('a movement in an address', () => {
  it('reads back as it was written', () => {
    const movement = { cameraId: 'cam_4k.2-x', epoch: 3, trackNo: 12, fromPtsUs: 5, toPtsUs: 1_795_269_601_300_000 };
    expect(readMovement(writeMovement(movement))).toEqual(movement);
  });

  it.each([undefined, '', 'cam_a/1/2/3', 'cam_a/1/2/3/x', 'cam_a/1/x/3/4'])('%j is none', (move) => {
    expect(readMovement(move)).toBeNull();
  });
});
