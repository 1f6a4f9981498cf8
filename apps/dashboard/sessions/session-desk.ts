import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#base/errors.js';
import { hashPassword, isPassword, tokenHash } from '#security/passwords.js';
import { newToken } from '#security/random.js';
import { closeSession, findLogin, findSession, openSession, setPassword, type KnownUser } from '#storage/users.js';
import { HttpProblem } from '../api/http-problem.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { LoginThrottle } from './login-throttle.js';

/** Names and addresses whose wrong logins are remembered. */
const REMEMBERED = 10_000;
const MS_PER_HOUR = 3_600_000;
/** Each check of a password takes 32 MB and a thread. */
const MOST_CHECKS_AT_ONCE = 4;

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** A login that was just opened; `token` is for the browser alone. */
interface Login {
  readonly user: KnownUser;
  readonly token: string;
  readonly maxAgeMs: number;
}

/** Logs people in and out, and changes their own passwords. */
@Injectable()
export class SessionDesk {
  private readonly throttle: LoginThrottle;
  private checksRunning = 0;
  private nobodysHash: Promise<string> | null = null;

  constructor(@Inject(PARTS) private readonly parts: Parts) {
    const { POSEWATCH_LOGIN_TRIES, POSEWATCH_LOGIN_ADDRESS_TRIES, POSEWATCH_LOGIN_WINDOW_SEC } = parts.settings;
    this.throttle = new LoginThrottle(parts.clock, {
      perName: POSEWATCH_LOGIN_TRIES,
      perAddress: POSEWATCH_LOGIN_ADDRESS_TRIES,
      windowMs: POSEWATCH_LOGIN_WINDOW_SEC * 1000,
      remembered: REMEMBERED,
    });
  }

  /**
   * @throws AppError `unauthorised` for a wrong name or password (it does not say which).
   * @throws HttpProblem 429 after too many wrong ones.
   */
  async logIn(input: Credentials, address: string): Promise<Login> {
    const user = await this.checked(input, address);
    if (user === null) throw new AppError('unauthorised', 'The name or the password is wrong.');
    return this.open(user);
  }

  /**
   * Sets another password; every login of the user ends, and a new one is given to whoever changed it.
   * @throws AppError `invalid-input` when the current password is wrong. @throws HttpProblem 429 after too many wrong ones.
   */
  async changePassword(
    { id, name }: KnownUser,
    { current, next }: { readonly current: string; readonly next: string },
    address: string,
  ): Promise<Login> {
    const user = await this.checked({ name, password: current }, address);
    if (user === null) {
      throw new AppError('invalid-input', 'The current password is wrong.', { details: { field: 'current' } });
    }
    const changed = await setPassword(this.parts.database, id, await hashPassword(next));
    return this.open(found(changed, 'user', id));
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

  private async open(user: KnownUser): Promise<Login> {
    const { database, clock, settings } = this.parts;
    const token = newToken();
    const maxAgeMs = settings.POSEWATCH_SESSION_HOURS * MS_PER_HOUR;
    const nowMs = clock.nowMs();
    await openSession(database, { tokenHash: tokenHash(token), userId: user.id, nowMs, expiresAtMs: nowMs + maxAgeMs });
    return { user, token, maxAgeMs };
  }

  /** The user whose password it is; null for a wrong one. Counts against guessing. @throws HttpProblem 429. */
  private async checked(input: Credentials, address: string): Promise<KnownUser | null> {
    const waitSec = this.checksRunning >= MOST_CHECKS_AT_ONCE ? 1 : this.throttle.begin(input.name, address);
    if (waitSec > 0) throw tooMany(waitSec);
    const user = await this.check(input);
    if (user !== null) this.throttle.succeeded(input.name, address);
    return user;
  }

  /** An unknown name takes as long as a wrong password, so that nobody can find out which names exist. */
  private async check({ name, password }: Credentials): Promise<KnownUser | null> {
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
