import { PrismaPg } from '@prisma/adapter-pg';
import type { Logger } from '#observability/logger.js';
import { PrismaClient, type Prisma } from './generated/client.js';

/** The stored truth. Functions of this folder take it as their first argument; `close` it with `$disconnect()`. */
export type Database = PrismaClient;

/** What runs inside `database.$transaction(…)`. */
export type Transaction = Prisma.TransactionClient;

const RETRY_MS = 1000;
const CONNECT_MS = 5000;
const POOL_SIZE = 10;

/**
 * Opens PostgreSQL through a pool of ten connections. Waits until the server answers, saying so once a second; afterwards
 * a server that goes away makes calls fail as `unavailable` (see `asStorageError`) and is found again by itself.
 */
export async function openDatabase(url: string, log: Logger): Promise<Database> {
  const lost = (problem: Error): void => {
    log.debug({ what: 'postgresql', problem: problem.message }, 'a pooled connection ended');
  };
  const adapter = new PrismaPg(
    { connectionString: url, max: POOL_SIZE, connectionTimeoutMillis: CONNECT_MS, keepAlive: true },
    { onPoolError: lost, onConnectionError: lost },
  );
  const database = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: 2 * CONNECT_MS, timeout: 4 * CONNECT_MS },
  });
  for (;;) {
    try {
      await database.$queryRaw`SELECT 1`;
      return database;
    } catch (problem) {
      log.warn(
        { what: 'postgresql', problem: problem instanceof Error ? problem.message : '' },
        'waiting for PostgreSQL',
      );
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Room that the database takes on its own disk. */
export async function databaseBytes(database: Database): Promise<number> {
  const [{ bytes }] = await database.$queryRaw<
    { bytes: bigint }[]
  >`SELECT pg_database_size(current_database()) AS bytes`;
  return Number(bytes);
}
