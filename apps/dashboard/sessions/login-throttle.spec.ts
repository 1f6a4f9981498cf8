import { LoginThrottle } from './login-throttle.js';

function throttle(limits = {}): {
  begin: (name: string, address?: string) => number;
  ok: (name: string) => void;
  wait: (ms: number) => void;
} {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const made = new LoginThrottle(clock, { perName: 3, perAddress: 5, windowMs: 60_000, remembered: 100, ...limits });
  return {
    begin: (name, address = '10.0.0.1') => made.begin(name, address),
    ok: (name) => {
      made.succeeded(name, '10.0.0.1');
    },
    wait: (ms) => {
      nowMs += ms;
    },
  };
}

describe('the throttle of logins', () => {
  it('refuses a name after a few attempts, whatever its capitals, until the window ends', () => {
    const t = throttle();
    expect([t.begin('ann'), t.begin('Ann'), t.begin('ANN'), t.begin('ann')]).toEqual([0, 0, 0, 60]);
    t.wait(59_500);
    expect(t.begin('ann')).toBe(1);
    t.wait(500);
    expect(t.begin('ann')).toBe(0);
  });

  it('refuses an address that tries many names, and leaves others alone', () => {
    const t = throttle();
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(t.begin(name)).toBe(0);
    expect(t.begin('f')).toBeGreaterThan(0);
    expect(t.begin('f', '10.0.0.2')).toBe(0);
  });

  it('forgets the attempts of a name that gets it right, and those of other names count on', () => {
    const t = throttle();
    for (const name of ['a', 'a', 'b', 'b']) t.begin(name);
    t.ok('a');
    expect([t.begin('a'), t.begin('a'), t.begin('a')]).toEqual([0, 0, 0]);
    expect(t.begin('a')).toBeGreaterThan(0);
  });

  it('remembers no more than its bound', () => {
    const t = throttle({ remembered: 10, perAddress: 1e9 });
    for (let i = 0; i < 3; i++) t.begin('first');
    for (let i = 0; i < 100; i++) t.begin(`name ${i}`);
    expect(t.begin('first')).toBe(0);
  });
});
