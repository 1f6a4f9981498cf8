import { heldSec, holdStep, type Hold } from './hold.js';

const limits = { holdSec: 1, releaseSec: 1 };

/** `pattern`: one character per 0.1 s, # for true. Gives + where it is on and - where it is off. */
function run(pattern: string, used = limits): string {
  let hold: Hold | null = null;
  return Array.from(pattern)
    .map((sign, at) => {
      hold = holdStep(hold, { ptsUs: at * 100_000, isTrue: sign === '#' }, used);
      return hold?.isOn === true ? '+' : '-';
    })
    .join('');
}

describe('hold', () => {
  it.each([
    {
      name: 'goes on after one second and off one second after the end',
      given: '.###########..........',
      on: '-----------++++++++++-',
    },
    { name: 'ignores nine tenths', given: '##########..........', on: '--------------------' },
    { name: 'bridges a short break, which costs twice its length', given: '########.#######', on: '-------------+++' },
    { name: 'is never on for what is true half of the time', given: '#.'.repeat(40), on: '-'.repeat(80) },
    {
      name: 'stays on while breaks are shorter than the release time',
      given: `${'#'.repeat(12)}.........#.........#`,
      on: `${'-'.repeat(10)}${'+'.repeat(22)}`,
    },
  ])('$name', ({ given, on }) => {
    expect(run(given)).toBe(on);
  });

  it('goes on at once with no time to hold, and off at once with no time to release', () => {
    expect(run('.#.#', { holdSec: 0, releaseSec: 0 })).toBe('-+-+');
  });

  it('counts time in which nothing was seen when the condition was true before and after', () => {
    const first = holdStep(null, { ptsUs: 0, isTrue: true }, limits);
    expect(holdStep(first, { ptsUs: 1_500_000, isTrue: true }, limits)?.isOn).toBe(true);
  });

  it('tells how long the condition lasted, breaks included', () => {
    let hold: Hold | null = null;
    for (const [ptsUs, isTrue] of [[0, true], [1e6, true], [1.5e6, false], [2e6, true], [2.5e6, false]] as const) hold = holdStep(hold, { ptsUs, isTrue }, limits); // prettier-ignore
    expect(hold === null ? null : heldSec(hold)).toBe(2);
  });

  it('is not upset by time that goes backwards', () => {
    const first = holdStep(null, { ptsUs: 5e6, isTrue: true }, limits);
    const second = holdStep(first, { ptsUs: 1e6, isTrue: true }, limits);
    expect(second).toMatchObject({ heldUs: 0, lastUs: 5e6, isOn: false });
  });
});
