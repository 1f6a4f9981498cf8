import type { PeopleSearch } from '../search-filter.js';
import { blanks, chosenIn, direction, dwell } from './blanks.js';

const all = [...blanks, dwell, direction];

it('a search for anybody makes the first choice in every blank', () => {
  expect(all.map((blank) => chosenIn(blank, {}))).toEqual(all.map(() => 0));
});

it.each(all.map((blank) => [blank.name, blank] as const))(
  'every choice of "%s" is told from the others',
  (_, blank) => {
    expect(blank.choices.map(({ means }) => chosenIn(blank, means))).toEqual([...blank.choices.keys()]);
  },
);

it.each([
  [{ minSpeed: 1.2 }, 'at least 1.2 heights/s'],
  [{ minSpeed: 1, maxSpeed: 2 }, '1 to 2 heights/s'],
  [{ maxSpeed: 0 }, 'at most 0 heights/s'],
  [{ minDurationSec: 7 }, 'for at least 7 s'],
  [{ minTogether: 4 }, 'in a group of 4 or more'],
  [{ posture: ['standing', 'lying'] }, 'standing or lying down'],
] satisfies [PeopleSearch, string][])('a link with %j reads "%s"', (search, words) => {
  const [blank] = blanks.filter((each) => chosenIn(each, search) === -1);
  expect(blank.otherwise(search)).toBe(words);
});
