import { AppError, type ErrorKind } from '#base/errors.js';

/** A failure whose HTTP status is finer than its kind, such as 413 for an upload that is too large. */
export class HttpProblem extends AppError {
  readonly httpStatus: number;
  /** Seconds after which trying again makes sense; null when it does not. */
  readonly retryAfterSec: number | null;

  constructor(
    httpStatus: number,
    problem: {
      readonly kind: ErrorKind;
      readonly message: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly retryAfterSec?: number;
    },
  ) {
    super(problem.kind, problem.message, problem.details === undefined ? {} : { details: problem.details });
    this.httpStatus = httpStatus;
    this.retryAfterSec = problem.retryAfterSec ?? null;
  }
}
