import type { Clock } from '#base/clock.js';

/** How many wrong logins are allowed in which time. */
export interface ThrottleLimits {
  readonly perName: number;
  readonly perAddress: number;
  readonly windowMs: number;
  /** Names and addresses remembered; the longest unused are forgotten first. */
  readonly remembered: number;
}

interface Tally {
  count: number;
  untilMs: number;
}

/**
 * Slows down guessing of passwords: an address may fail a few times for one name and some more times over all names, then
 * waits for the window to end. An attempt counts before it is checked, so that parallel attempts gain nothing.
 */
export class LoginThrottle {
  private readonly tallies = new Map<string, Tally>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: ThrottleLimits,
  ) {}

  /** Counts an attempt. Returns 0 when it may go on, else the seconds to wait. */
  begin(name: string, address: string): number {
    const nowMs = this.clock.monotonicMs();
    const byName = this.tally(`${address} ${name.toLowerCase()}`, nowMs);
    const byAddress = this.tally(address, nowMs);
    const refusing = [
      byName.count >= this.limits.perName ? byName : null,
      byAddress.count >= this.limits.perAddress ? byAddress : null,
    ].filter((tally) => tally !== null);
    if (refusing.length > 0) {
      return Math.max(1, Math.ceil(Math.max(...refusing.map((tally) => tally.untilMs - nowMs)) / 1000));
    }
    byName.count++;
    byAddress.count++;
    return 0;
  }

  /** A correct login: its attempts no longer count. */
  succeeded(name: string, address: string): void {
    const byName = this.tallies.get(`${address} ${name.toLowerCase()}`);
    const byAddress = this.tallies.get(address);
    if (byAddress !== undefined) byAddress.count = Math.max(0, byAddress.count - (byName?.count ?? 0));
    if (byName !== undefined) byName.count = 0;
  }

  private tally(key: string, nowMs: number): Tally {
    const known = this.tallies.get(key);
    const tally =
      known !== undefined && known.untilMs > nowMs ? known : { count: 0, untilMs: nowMs + this.limits.windowMs };
    this.tallies.delete(key);
    this.tallies.set(key, tally);
    if (this.tallies.size > this.limits.remembered) {
      const oldest = this.tallies.keys().next().value;
      if (oldest !== undefined) this.tallies.delete(oldest);
    }
    return tally;
  }
}
