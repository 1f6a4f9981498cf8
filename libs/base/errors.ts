/** The kinds of failure the program tells apart. One table (`errorPolicy`) turns a kind into behaviour. */
export type ErrorKind =
  | 'invalid-input'
  | 'not-found'
  | 'conflict'
  | 'unauthorised'
  | 'unavailable'
  | 'timeout'
  | 'cancelled'
  | 'data-loss'
  | 'internal';

/** What a failure of one kind leads to. `httpStatus` is the status of an API answer, `retry` whether trying again can help. */
export interface ErrorPolicy {
  readonly retry: boolean;
  readonly httpStatus: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** The single table from kind of failure to behaviour. */
export const errorPolicy: Readonly<Record<ErrorKind, ErrorPolicy>> = {
  'invalid-input': { retry: false, httpStatus: 400, logLevel: 'info' },
  'not-found': { retry: false, httpStatus: 404, logLevel: 'info' },
  conflict: { retry: false, httpStatus: 409, logLevel: 'info' },
  unauthorised: { retry: false, httpStatus: 401, logLevel: 'info' },
  unavailable: { retry: true, httpStatus: 503, logLevel: 'warn' },
  timeout: { retry: true, httpStatus: 504, logLevel: 'warn' },
  cancelled: { retry: false, httpStatus: 409, logLevel: 'info' },
  'data-loss': { retry: false, httpStatus: 500, logLevel: 'error' },
  internal: { retry: false, httpStatus: 500, logLevel: 'error' },
};

/** The one error class. `message` names the thing, its value and what to do; it never holds a credential. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    kind: ErrorKind,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** Any thrown value as an `AppError`; what is not one already becomes `internal`, with the original as its cause. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

/** The `code` of a thrown value, such as `ENOENT`; null when it has none. */
export function errorCode(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}
