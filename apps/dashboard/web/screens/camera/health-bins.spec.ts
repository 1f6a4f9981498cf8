import { healthBins } from './health-bins.js';

const NOW_MS = 1_800_000_000_000;
const minute = (
  minutesAgo: number,
  figures: Partial<{ analysed: number; still: number; dropped: number; liveSec: number }>,
) => ({
  ...{ startMs: NOW_MS - minutesAgo * 60_000, analysed: 0, still: 0, dropped: 0, liveSec: 60, watchedSec: 60 },
  ...figures,
});

describe('healthBins', () => {
  it('gives the rate, the drops and the state of each part, and says what nobody watched', () => {
    const minutes = [
      minute(60, { analysed: 540, still: 60 }),
      minute(59, { analysed: 600, dropped: 7 }),
      minute(25, { liveSec: 20 }),
      minute(1, { analysed: 300, liveSec: 30 }),
    ];
    const { bins, summary } = healthBins({ hours: 1, minutes }, NOW_MS, 4);
    expect(bins).toEqual([
      { perSec: 10, dropped: 7, state: 'live' },
      { perSec: null, dropped: 0, state: 'unknown' },
      { perSec: 0, dropped: 0, state: 'away' },
      { perSec: 5, dropped: 0, state: 'live' },
    ]);
    expect(summary).toEqual({ liveShare: 170 / 240, dropped: 7, mostPerSec: 10 });
  });

  it('takes a minute that began before the time shown into the first part', () => {
    const { bins } = healthBins({ hours: 1, minutes: [minute(60.4, { analysed: 60 })] }, NOW_MS, 2);
    expect(bins[0].perSec).toBe(1);
  });

  it('knows nothing of a camera without figures', () => {
    const { bins, summary } = healthBins({ hours: 24, minutes: [] }, NOW_MS, 3);
    expect(bins.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(summary).toEqual({ liveShare: null, dropped: 0, mostPerSec: 0 });
  });
});
