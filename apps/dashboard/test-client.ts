import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { newId } from '#base/ids.js';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { hashPassword } from '#security/passwords.js';
import { secureRandom } from '#security/random.js';
import { migrate } from '#storage/migrate.js';
import { saveUser, type Role } from '#storage/users.js';
import { startPostgres, startRedis, type TestServer } from '#testing/servers.js';
import { openParts } from './open-parts.js';
import type { Parts } from './parts.js';
import { startDashboard } from './server.js';

export const PASSWORD = 'correct horse battery';

/** An answer with its parsed JSON; `body` is the text where it is not JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One browser of a test. */
export interface Client {
  readonly cookie: string;
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** As `call`, with full control of the request. */
  readonly send: (path: string, init: RequestInit) => Promise<Answer>;
}

/** A real dashboard on a free port, with an administrator and a viewer who are logged in. For tests. */
export interface TestDashboard {
  readonly url: string;
  readonly dataDir: string;
  readonly parts: Parts;
  readonly admin: Client;
  readonly viewer: Client;
  readonly nobody: Client;
  readonly close: () => Promise<void>;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A client that sends `cookie` with every request; an empty one is nobody's. */
export function clientOf(url: string, cookie: string): Client {
  const send = async (where: string, init: RequestInit): Promise<Answer> =>
    answerOf(await fetch(url + where, { ...init, headers: { cookie, ...(init.headers as Record<string, string>) } }));
  return {
    cookie,
    send,
    call: (method, where, body) =>
      body === undefined
        ? send(where, { method })
        : send(where, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
}

async function loggedIn(url: string, parts: Parts, role: Role): Promise<Client> {
  const user = { id: newId('usr', secureRandom), name: role, role, passwordHash: await hashPassword(PASSWORD) };
  await saveUser(parts.database, user);
  const answer = await clientOf(url, '').call('POST', '/api/session', { name: role, password: PASSWORD });
  return clientOf(url, (answer.headers.get('set-cookie') ?? '').split(';', 1)[0]);
}

/** Migrates the database and starts a dashboard over it. `settings`: further `POSEWATCH_` settings. */
async function startTestDashboard(
  servers: { readonly databaseUrl: string; readonly redisUrl: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<TestDashboard> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'posewatch-dashboard-'));
  const log = createLogger({ service: 'test', level: 'silent' });
  await migrate(servers.databaseUrl, path.resolve('prisma/migrations'), log);
  const { parts, close } = await openParts({
    settings: readSettings({
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redisUrl,
      POSEWATCH_DATA_DIR: dataDir,
      POSEWATCH_MODELS_DIR: dataDir,
      ...settings,
    }),
    log,
    pageDir: path.join(dataDir, 'page'),
    modelsManifest: path.resolve('models/manifest.json'),
    dryRunWorker: pathToFileURL(path.resolve('dist/libs/onnx/dry-run-worker.js')),
    importWorker: pathToFileURL(path.resolve('dist/apps/dashboard/videos/import-worker.js')),
  });
  const dashboard = await startDashboard(parts, { host: '127.0.0.1', port: 0 });
  return {
    url: dashboard.url,
    dataDir,
    parts,
    admin: await loggedIn(dashboard.url, parts, 'admin'),
    viewer: await loggedIn(dashboard.url, parts, 'viewer'),
    nobody: clientOf(dashboard.url, ''),
    close: async () => {
      await dashboard.close();
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the tests of a file work with; the servers can be killed and started again. */
interface Bench {
  readonly dashboard: TestDashboard;
  readonly postgres: TestServer;
  readonly redis: TestServer;
}

/** Gives the tests of a file a PostgreSQL, a Redis and a dashboard of their own, and ends them afterwards. */
export function benchOfFile(settings: Readonly<Record<string, string>> = {}): Bench {
  const made: Partial<{ -readonly [K in keyof Bench]: Bench[K] }> = {};
  const has = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('The bench stands from beforeAll on.');
    return part;
  };
  beforeAll(async () => {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    Object.assign(made, { postgres, redis });
    made.dashboard = await startTestDashboard({ databaseUrl: postgres.url, redisUrl: redis.url }, settings);
  }, 60_000);
  afterAll(async () => {
    await made.dashboard?.close();
    await Promise.all([made.postgres?.stop(), made.redis?.stop()]);
  });
  return {
    get dashboard() {
      return has(made.dashboard);
    },
    get postgres() {
      return has(made.postgres);
    },
    get redis() {
      return has(made.redis);
    },
  };
}
