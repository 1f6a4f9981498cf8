import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { freePort } from '#testing/servers.js';

const processStatus = z.object({ name: z.string(), pid: z.number().nullable(), restarts: z.number() });
const status = z.object({ url: z.string().nullable(), services: z.array(processStatus) });

/** A whole Posewatch, started as a user starts it: `./posewatch up`. */
export interface System {
  readonly url: string;
  readonly name: string;
  readonly password: string;
  /** What `up` printed. */
  readonly printed: string;
  /** Signed-in request to the API; `body` is sent as JSON. @throws when the answer is not 2xx. */
  readonly api: <T>(method: string, route: string, body?: unknown) => Promise<T>;
  /** `fps`: analysis rate, frames a second; default the product's own. */
  readonly upload: (file: Buffer, fileName: string, fps?: number) => Promise<{ readonly id: string }>;
  readonly pidOf: (service: string) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Runs `./posewatch ARGS`; resolves with its exit code and what it wrote. */
export async function posewatch(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('./posewatch', [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

function login(printed: string): { readonly name: string; readonly password: string } {
  const found = /login:?\s+(\S+)\s+(?:password:?|\/)\s+(\S+)/i.exec(printed);
  const name = found?.at(1);
  const password = found?.at(2);
  if (name === undefined || password === undefined) throw new Error(`no login in: ${printed}`);
  return { name, password };
}

interface Sent {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Starts a system with an empty data folder on a free port; `environment`: further settings. */
export async function startSystem(environment: Readonly<Record<string, string>> = {}): Promise<System> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-e2e-'));
  const port = await freePort();
  const up = await posewatch(['up', '--data', folder, '--port', String(port)], environment);
  const printed = up.stdout + up.stderr;
  if (up.code !== 0) throw new Error(`up failed:\n${printed}`);
  const { name, password } = login(printed);
  const url = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const request = async <T>(route: string, init: Sent): Promise<T> => {
    const reply = await fetch(url + route, { ...init, headers: { cookie, ...init.headers } });
    if (!reply.ok) throw new Error(`${init.method} ${route}: ${reply.status} ${await reply.text()}`);
    return (reply.status === 204 ? undefined : await reply.json()) as T;
  };
  return {
    url,
    name,
    password,
    printed,
    api: (method, route, body) =>
      request(route, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      }),
    upload: (file, fileName, fps = 10) =>
      request(`/api/videos?name=${encodeURIComponent(fileName)}&fps=${fps}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(file),
      }),
    pidOf: async (service) => {
      const told = await posewatch(['status', '--data', folder, '--json']);
      const found = status.parse(JSON.parse(told.stdout)).services.find((each) => each.name === service);
      if (found?.pid == null) throw new Error(`no process of ${service}: ${told.stdout}`);
      return found.pid;
    },
    stop: async () => {
      await posewatch(['down', '--data', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
