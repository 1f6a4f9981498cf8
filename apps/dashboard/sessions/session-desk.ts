import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#base/errors.js';
import { hashPassword, isPassword, tokenHash } from '#security/passwords.js';
import { newToken } from '#security/random.js';
import { closeSession, findLogin, findSession, openSession, type KnownUser } from '#storage/users.js';
import { HttpProblem } from '../api/http-problem.js';
import { PARTS, type Parts } from '../parts.js';
import { LoginThrottle } from './login-throttle.js';

const MS_PER_HOUR = 3_600_000;
/** Each check of a password takes 32 MB and a thread. */
const MOST_CHECKS_AT_ONCE = 4;

/** Logs people in and out. */
@Injectable()
export class SessionDesk {
  private readonly throttle: LoginThrottle;
  private checksRunning = 0;
  private nobodysHash: Promise<string> | null = null;

  constructor(@Inject(PARTS) private readonly parts: Parts) {
    this.throttle = new LoginThrottle(parts.clock);
  }

  /**
   * @throws AppError `unauthorised` for a wrong name or password (it does not say which).
   * @throws HttpProblem 429 after too many wrong ones.
   */
  async logIn(
    input: { readonly name: string; readonly password: string },
    address: string,
  ): Promise<{ user: KnownUser; token: string; maxAgeMs: number }> {
    const { database, clock, settings } = this.parts;
    const waitSec = this.checksRunning >= MOST_CHECKS_AT_ONCE ? 1 : this.throttle.begin(input.name, address);
    if (waitSec > 0) throw tooMany(waitSec);
    const user = await this.check(input);
    if (user === null) throw new AppError('unauthorised', 'The name or the password is wrong.');
    this.throttle.succeeded(input.name, address);
    const token = newToken();
    const maxAgeMs = settings.POSEWATCH_SESSION_HOURS * MS_PER_HOUR;
    const nowMs = clock.nowMs();
    await openSession(database, { tokenHash: tokenHash(token), userId: user.id, nowMs, expiresAtMs: nowMs + maxAgeMs });
    return { user, token, maxAgeMs };
  }

  /** Ends the login of a token; null: there was none. */
  async logOut(token: string | null): Promise<void> {
    if (token !== null) await closeSession(this.parts.database, tokenHash(token));
  }

  /** Who holds a token; null for nobody. */
  async findUser(token: string): Promise<KnownUser | null> {
    const { database, clock } = this.parts;
    const session = await findSession(database, { tokenHash: tokenHash(token), nowMs: clock.nowMs() });
    return session === null ? null : session.user;
  }

  /** An unknown name takes as long as a wrong password, so that nobody can find out which names exist. */
  private async check({ name, password }: { name: string; password: string }): Promise<KnownUser | null> {
    this.checksRunning++;
    try {
      const login = await findLogin(this.parts.database, name);
      this.nobodysHash ??= hashPassword(newToken());
      const matches = await isPassword(password, login?.passwordHash ?? (await this.nobodysHash));
      return matches && login !== null ? login.user : null;
    } finally {
      this.checksRunning--;
    }
  }
}

function tooMany(waitSec: number): HttpProblem {
  return new HttpProblem(429, {
    kind: 'unavailable',
    message: `Too many wrong logins. Try again in ${waitSec} s.`,
    details: { retryAfterSec: waitSec },
    retryAfterSec: waitSec,
  });
}
