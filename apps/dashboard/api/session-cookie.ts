import type { Response } from 'express';

export const SESSION_COOKIE = 'posewatch_session';

const TOKEN = /^[\w-]{20,100}$/;

/** The session token in a `cookie` header; null when there is none or it is not one of ours. */
export function sessionToken(header: string | undefined): string | null {
  for (const part of header?.split(';') ?? []) {
    const [name, value = ''] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && TOKEN.test(value)) return value;
  }
  return null;
}

/** Hands the token to the browser: no script and no other site can use it. */
export function setCookie(
  response: Response,
  options: { readonly token: string; readonly maxAgeMs: number; readonly secure: boolean },
): void {
  response.cookie(SESSION_COOKIE, options.token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: options.secure,
    maxAge: options.maxAgeMs,
  });
}

/** Takes the token away again. */
export function clearCookie(response: Response): void {
  response.clearCookie(SESSION_COOKIE, { httpOnly: true, sameSite: 'strict', path: '/' });
}
