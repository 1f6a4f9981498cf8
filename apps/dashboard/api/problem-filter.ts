import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError, errorPolicy, type ErrorKind } from '#base/errors.js';
import type { Logger } from '#observability/logger.js';
import { asStorageError } from '#storage/storage-errors.js';
import { PARTS, type Parts } from '../parts.js';
import { HttpProblem } from './http-problem.js';
import type { ErrorAnswer } from './schemas/common.js';

const kindOfStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid-input',
  401: 'unauthorised',
  403: 'unauthorised',
  404: 'not-found',
  413: 'invalid-input',
  415: 'invalid-input',
  416: 'invalid-input',
};

/** Status of an error thrown by the framework or a body parser; null for any other error. */
function frameworkStatus(thrown: unknown): number | null {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number') return thrown.status;
  return null;
}

/** Any thrown value as a failure with an HTTP status. Failures inside the program lose their text: it may tell too much. */
export function asProblem(thrown: unknown): {
  readonly status: number;
  readonly error: AppError;
  readonly shown: string;
} {
  if (thrown instanceof HttpProblem) return { status: thrown.httpStatus, error: thrown, shown: thrown.message };
  const status = thrown instanceof AppError ? null : frameworkStatus(thrown);
  if (status !== null && status < 500) {
    const message = thrown instanceof Error ? thrown.message : 'Bad request.';
    return { status, error: new AppError(kindOfStatus[status] ?? 'invalid-input', message), shown: message };
  }
  const error = asStorageError(thrown);
  const hidden = error.kind === 'internal' ? 'Something failed inside Posewatch; the log says more.' : error.message;
  return { status: errorPolicy[error.kind].httpStatus, error, shown: hidden };
}

/** Writes the one error shape of the API. */
export function sendProblem(thrown: unknown, response: Response): void {
  const { status, error, shown } = asProblem(thrown);
  const body: ErrorAnswer = { error: { kind: error.kind, message: shown, details: { ...error.details } } };
  if (error instanceof HttpProblem && error.retryAfterSec !== null) {
    response.setHeader('retry-after', String(error.retryAfterSec));
  }
  response.status(status).json(body);
}

/** Logs a failure at the level of its kind. */
export function logProblem(thrown: unknown, request: Request, log: Logger): void {
  const { status, error } = asProblem(thrown);
  const { logLevel } = errorPolicy[error.kind];
  log[logLevel](
    { event: 'request.failed', method: request.method, path: request.path, status, kind: error.kind, err: error },
    error.message,
  );
}

/** Turns whatever a controller throws into the error answer of the API. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    logProblem(thrown, http.getRequest<Request>(), this.parts.log);
    if (response.headersSent) response.destroy();
    else sendProblem(thrown, response);
  }
}
