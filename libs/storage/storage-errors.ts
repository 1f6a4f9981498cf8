import { AppError } from '#base/errors.js';

/** Prisma codes for "the server cannot be reached", "it closed the connection", "no free connection in time". */
const prismaAway = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);
/** PostgreSQL and socket codes of the same, and of conflicts that trying again resolves (serialisation, deadlock). */
const serverAway =
  /^(57P0[1-4]|08\w{3}|53\w{3}|40001|40P01|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;
const awayMessage =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|server closed the connection|client has encountered a connection error|terminating connection|the database system is|can't reach database|ECONNREFUSED|ECONNRESET/i;
const DEPTH = 6;

/** Any error of a database call as an `AppError`: `unavailable` when trying again can help, `internal` otherwise. */
export function asStorageError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return isAway(thrown, DEPTH)
    ? new AppError('unavailable', 'PostgreSQL does not answer; it will be tried again.', { cause: thrown })
    : new AppError('internal', message, { cause: thrown });
}

/** Runs a database call; what it throws is an `AppError`, see `asStorageError`. */
export async function stored<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw asStorageError(thrown);
  }
}

function isAway(thrown: unknown, depth: number): boolean {
  if (typeof thrown !== 'object' || thrown === null || depth === 0) return false;
  const { code, originalCode, message, cause, meta, driverAdapterError } = thrown as Record<string, unknown>;
  for (const value of [code, originalCode])
    if (typeof value === 'string' && (prismaAway.has(value) || serverAway.test(value))) return true;
  if (typeof message === 'string' && awayMessage.test(message)) return true;
  return [cause, meta, driverAdapterError].some((inner) => isAway(inner, depth - 1));
}
