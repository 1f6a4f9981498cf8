import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { download } from './download.js';

const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 31) % 256));
const wanted = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
const CUT_AT = 20_000;

/** Ends the answer of `/breaks` in the middle. */
let breakOff = (): void => undefined;

/** What the server does with a request, by path. */
const routes: Record<string, (range: number, response: http.ServerResponse) => void> = {
  '/whole': (_, response) => response.end(content),
  '/ranges': (from, response) => {
    response.writeHead(from > 0 ? 206 : 200);
    response.end(content.subarray(from));
  },
  '/breaks': (from, response) => {
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
    response.write(content.subarray(from, CUT_AT));
    breakOff = () => {
      response.destroy();
    };
  },
  '/wrong': (_, response) => response.end(Buffer.alloc(content.length)),
  '/long': (_, response) => response.end(Buffer.concat([content, content])),
  '/silent': () => undefined,
  '/stalls': (_, response) => void response.write(content.subarray(0, 10)),
};

describe('download', () => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    asked.push(`${request.url ?? ''} ${from}`);
    const route = routes[request.url ?? ''] as (typeof routes)[string] | undefined;
    if (route === undefined) response.writeHead(404).end();
    else route(from, response);
  });
  let folder = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-download-'));
    asked.length = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const target = (): string => path.join(folder, 'file.bin');
  const fetchFrom = (
    place: string,
    options: { signal?: AbortSignal; silenceMs?: number; onProgress?: (bytes: number) => void } = {},
  ) =>
    download({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${place}`,
      file: target(),
      wanted,
      silenceMs: options.silenceMs ?? 30_000,
      signal: options.signal ?? new AbortController().signal,
      onProgress: options.onProgress ?? (() => undefined),
    });

  it('fetches a file, tells how far it is, and leaves no part behind', async () => {
    const seen: number[] = [];
    await fetchFrom('/whole', { onProgress: (bytes) => seen.push(bytes) });
    expect(readFileSync(target()).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
    expect(existsSync(`${target()}.part`)).toBe(false);
  });

  it('goes on where a broken attempt ended', async () => {
    const attempt = fetchFrom('/breaks', {
      onProgress: () => {
        breakOff();
      },
    });
    await expect(attempt).rejects.toMatchObject({ kind: 'unavailable' });
    expect(existsSync(target())).toBe(false);
    const kept = readFileSync(`${target()}.part`).length;
    expect(kept).toBeGreaterThan(0);
    await fetchFrom('/ranges');
    expect(asked.at(-1)).toBe(`/ranges ${kept}`);
    expect(readFileSync(target()).equals(content)).toBe(true);
  });

  it('starts over where the server does not know ranges', async () => {
    writeFileSync(`${target()}.part`, content.subarray(0, 100));
    await fetchFrom('/whole');
    expect(readFileSync(target()).equals(content)).toBe(true);
  });

  it.each(['/wrong', '/long'])('refuses other bytes than expected (%s) and does not go on from them', async (place) => {
    await expect(fetchFrom(place)).rejects.toMatchObject({ kind: 'data-loss' });
    expect(existsSync(target())).toBe(false);
    await fetchFrom('/ranges');
    expect(readFileSync(target()).equals(content)).toBe(true);
  });

  it.each(['/silent', '/stalls'])('gives up on a server that says nothing (%s)', async (place) => {
    await expect(fetchFrom(place, { silenceMs: 300 })).rejects.toThrow(/no answer for 300 ms/);
  });

  it('names the address and the status of a refusal', async () => {
    await expect(fetchFrom('/nothing')).rejects.toThrow(/\/nothing answers 404/);
  });

  it('names a host that cannot be reached', async () => {
    const options = { file: target(), wanted, silenceMs: 300, signal: new AbortController().signal };
    await expect(
      download({ ...options, url: 'http://127.0.0.1:1/x', onProgress: () => undefined }),
    ).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('127.0.0.1:1') as string });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const attempt = fetchFrom('/stalls', {
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
