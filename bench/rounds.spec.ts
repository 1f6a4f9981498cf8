import { interleaved, sideBySide, together, type Measured } from './rounds.js';

const signal = new AbortController().signal;

/** A side that measures what it is told, and notes its turns. */
function side(name: string, turns: string[], results: readonly Measured[]): () => Promise<Measured> {
  const left = [...results];
  return () => {
    turns.push(name);
    return Promise.resolve(left.shift() ?? { count: 0, seconds: 1 });
  };
}

describe('interleaved', () => {
  it('takes turns, and begins each round with the side that ended the last one', async () => {
    const turns: string[] = [];
    await interleaved({ measured: side('A', turns, []), bare: side('B', turns, []), rounds: 3, signal });
    expect(turns.join(' ')).toBe('A B B A A B');
  });

  it('gives rates over all rounds, and the range of the ratios of single ones', async () => {
    const compared = await interleaved({
      measured: side(
        'A',
        [],
        [
          { count: 10, seconds: 1 },
          { count: 20, seconds: 3 },
        ],
      ),
      bare: side(
        'B',
        [],
        [
          { count: 20, seconds: 1 },
          { count: 30, seconds: 4 },
        ],
      ),
      rounds: 2,
      signal,
    });
    expect(compared).toMatchObject({ rate: 7.5, bareRate: 10, ratio: 0.75 });
    expect(compared.ratioRange).toEqual([0.5, expect.closeTo(20 / 3 / 7.5, 12)]);
  });

  it('counts the processor time of each side apart', async () => {
    let spun = 0;
    const spin = (): Promise<Measured> => {
      const since = process.cpuUsage();
      while (process.cpuUsage(since).user < 50_000) spun++;
      return Promise.resolve({ count: 2, seconds: 1 });
    };
    const { cpuMs, bareCpuMs } = await interleaved({ measured: spin, bare: side('B', [], []), rounds: 1, signal });
    expect(spun).toBeGreaterThan(0);
    expect(cpuMs).toBeGreaterThanOrEqual(25);
    expect(bareCpuMs).toBeGreaterThanOrEqual(0);
  });

  it('stops between two measurements when aborted', async () => {
    const stop = new AbortController();
    const turns: string[] = [];
    const measured = (): Promise<Measured> => {
      stop.abort();
      return Promise.resolve({ count: 1, seconds: 1 });
    };
    const comparing = interleaved({ measured, bare: side('B', turns, []), rounds: 2, signal: stop.signal });
    await expect(comparing).rejects.toMatchObject({ kind: 'cancelled' });
    expect(turns).toEqual([]);
  });
});

describe('sideBySide', () => {
  it('does at least one step in each loop, however short the time is', async () => {
    let steps = 0;
    const { count, seconds } = await sideBySide({ loops: 3, seconds: 0 }, () => {
      steps++;
      return Promise.resolve(5);
    });
    expect(steps).toBe(3);
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(Number.isNaN(count)).toBe(false);
  });
});

it('measurements at the same time add up their rates', () => {
  const all = together([
    { count: 10, seconds: 1 },
    { count: 40, seconds: 2 },
  ]);
  expect(all.count / all.seconds).toBe(30);
});
