import createClient from 'openapi-fetch';
import type { components, paths } from '../api-schema.js';

/** A request that the server refused: `message` is one sentence for a person. */
export class ApiError extends Error {
  constructor(
    readonly kind: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The API as its OpenAPI document describes it. */
export const client = createClient<paths>({ baseUrl: '/' });

type ErrorAnswer = components['schemas']['ErrorAnswer'];
interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer. Throws `ApiError`, also when the server cannot be reached (kind `unavailable`). */
export async function bodyOf<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError('unavailable', 'Posewatch does not answer. Is it running, and is the network up?', 0);
  }
  if (answer.data !== undefined && answer.response.ok) return answer.data;
  throw errorFrom(answer.error, answer.response.status);
}

/** The error that the body of a refused request describes. */
export function errorFrom(body: unknown, status: number): ApiError {
  if (isErrorAnswer(body)) return new ApiError(body.error.kind, body.error.message, status);
  return new ApiError('internal', `Posewatch answered with status ${status}.`, status);
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object';
}
