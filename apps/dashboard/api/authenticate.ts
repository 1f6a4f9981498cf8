import type { NextFunction, Request, Response } from 'express';
import { AppError } from '#base/errors.js';
import { HttpProblem } from './http-problem.js';
import type { UserView } from './schemas/sessions.js';
import { sessionToken } from './session-cookie.js';

/** Tells who holds a session token; null for nobody. */
export type FindUser = (token: string) => Promise<UserView | null>;

/** Method and path of what needs no login. */
const open: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'POST', path: '/api/session' },
  { method: 'GET', path: '/api/health' },
];

const users = new WeakMap<object, UserView>();

/** The user of a request that passed `authenticate`. @throws AppError `unauthorised` when there is none. */
export function requestUser(request: Request): UserView {
  const user = requestUserOrNull(request);
  if (user === null) throw notLoggedIn();
  return user;
}

/** The user of a request; null on an endpoint that needs no login. */
export function requestUserOrNull(request: Request): UserView | null {
  return users.get(request) ?? null;
}

/** The refusal of a caller without a valid session. */
export function notLoggedIn(): AppError {
  return new AppError('unauthorised', 'You are not logged in, or the login has expired. Log in at /login.');
}

/**
 * True when a request cannot have been made by another site: browsers send `Origin` with every write and every WebSocket
 * upgrade, and it must then name the host the request went to. Programs that send no `Origin` hold no browser's cookie.
 */
export function isSameOrigin(headers: {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}): boolean {
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

/** Stands before everything under /api and /metrics: refuses writes of other sites, then callers without a session. */
export function authenticate(findUser: FindUser) {
  return async (request: Request, _response: Response, next: NextFunction): Promise<void> => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && !isSameOrigin(request.headers)) {
      throw new HttpProblem(403, {
        kind: 'unauthorised',
        message: `A page of ${request.headers.origin ?? ''} may not change things here.`,
        details: { origin: request.headers.origin },
      });
    }
    const path = request.originalUrl.split('?', 1)[0];
    if (open.some((entry) => entry.method === request.method && entry.path === path)) {
      next();
      return;
    }
    const token = sessionToken(request.headers.cookie);
    const user = token === null ? null : await findUser(token);
    if (user === null) throw notLoggedIn();
    users.set(request, user);
    next();
  };
}

/** `/metrics` is for programs: those on this machine may read it, from elsewhere it takes a login. */
export function mayReadMetrics(findUser: FindUser) {
  return async (request: Request, _response: Response, next: NextFunction): Promise<void> => {
    const local = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '');
    const proxied = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
    if (!local || proxied) {
      const token = sessionToken(request.headers.cookie);
      if (token === null || (await findUser(token)) === null) throw notLoggedIn();
    }
    next();
  };
}
