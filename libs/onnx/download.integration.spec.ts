import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { download } from './download.js';
import { openHttp } from './http-client.js';
import type { KnownDigest } from './verified-file.js';

const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 31) % 256));
const wanted = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
const unknown = { bytes: null, sha256: null };
const CUT_AT = 20_000;
const noProxy = { no_proxy: '*' };

/** Ends the answer of `/breaks` in the middle. */
let breakOff = (): void => undefined;

/** Version of the file that `/versioned` has. */
let version = 1;

/** What the server does with a request, by path. */
const routes: Record<string, (range: number, response: http.ServerResponse, request: http.IncomingMessage) => void> = {
  '/versioned': (from, response, request) => {
    const tag = `"v${version}"`;
    const kept = request.headers['if-range'] === tag ? from : 0;
    const body = version === 1 ? content : Buffer.from(content).reverse();
    response.writeHead(kept > 0 ? 206 : 200, { etag: tag, 'content-length': body.length - kept });
    response.write(body.subarray(kept, CUT_AT));
    breakOff = () => response.destroy();
    if (kept > 0 || version > 1) response.end(body.subarray(CUT_AT));
  },
  '/shorter': (from, response) => {
    response.writeHead(from > 0 ? 416 : 200);
    response.end(from > 0 ? '' : content);
  },
  '/redirect': (_, response) => response.writeHead(302, { location: '/whole' }).end(),
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
    else route(from, response, request);
  });
  const client = openHttp(noProxy);
  let folder = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-download-'));
    asked.length = 0;
    version = 1;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const target = (): string => path.join(folder, 'file.bin');
  const fetchFrom = (
    place: string,
    options: {
      signal?: AbortSignal;
      silenceMs?: number;
      onProgress?: (bytes: number, total: number | null) => void;
      wanted?: KnownDigest;
    } = {},
  ) =>
    download({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${place}`,
      file: target(),
      wanted: options.wanted ?? wanted,
      http: client,
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
    const options = { file: target(), wanted, http: client, silenceMs: 300, signal: new AbortController().signal };
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

  it('follows a redirect', async () => {
    expect(await fetchFrom('/redirect')).toEqual(wanted);
  });

  describe('where nothing is known of the file', () => {
    it('takes what the server gives, says how much that is, and tells what it was', async () => {
      const seen: (number | null)[] = [];
      const got = await fetchFrom('/whole', { wanted: unknown, onProgress: (_, total) => seen.push(total) });
      expect(got).toEqual(wanted);
      expect(seen.at(-1)).toBe(content.length);
    });

    const broken = async (): Promise<number> => {
      const attempt = fetchFrom('/versioned', {
        wanted: unknown,
        onProgress: () => {
          breakOff();
        },
      });
      await expect(attempt).rejects.toMatchObject({ kind: 'unavailable' });
      return readFileSync(`${target()}.part`).length;
    };

    it('goes on where the server still has the same version', async () => {
      const kept = await broken();
      expect(kept).toBeGreaterThan(0);
      expect(await fetchFrom('/versioned', { wanted: unknown })).toEqual(wanted);
      expect(asked.at(-1)).toBe(`/versioned ${kept}`);
      expect(readdirSync(folder)).toEqual(['file.bin']);
    });

    it('starts over where the file has changed since', async () => {
      await broken();
      version = 2;
      await fetchFrom('/versioned', { wanted: unknown });
      expect(readFileSync(target()).equals(Buffer.from(content).reverse())).toBe(true);
    });

    it('starts over where nobody says which version the part is of', async () => {
      writeFileSync(`${target()}.part`, 'something else');
      expect(await fetchFrom('/ranges', { wanted: unknown })).toEqual(wanted);
      expect(asked).toEqual(['/ranges 0']);
    });

    it('starts over after the server refused to go on', async () => {
      writeFileSync(`${target()}.part`, Buffer.alloc(60_000));
      writeFileSync(`${target()}.part.version`, '"old"');
      await expect(fetchFrom('/shorter', { wanted: unknown })).rejects.toThrow(/answers 416/);
      expect(await fetchFrom('/shorter', { wanted: unknown })).toEqual(wanted);
    });
  });

  describe('with a proxy', () => {
    const tunnels: string[] = [];
    const proxy = http.createServer((_, response) => response.writeHead(400).end());
    proxy.on('connect', (request: http.IncomingMessage, client: net.Socket) => {
      tunnels.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      const { port } = server.address() as AddressInfo;
      const upstream = net.connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    beforeAll(async () => {
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    beforeEach(() => {
      tunnels.length = 0;
    });

    const through = async (environment: (address: string) => Record<string, string>, url: string) => {
      const http = openHttp(environment(`127.0.0.1:${(proxy.address() as AddressInfo).port}`));
      const { signal } = new AbortController();
      const onProgress = () => undefined;
      await download({ url, file: target(), wanted, http, silenceMs: 5000, signal, onProgress }).finally(() =>
        http.close(),
      );
    };

    it.each(['HTTP_PROXY', 'http_proxy'])('goes through the one that %s names', async (name) => {
      await through((address) => ({ [name]: `http://${address}` }), 'http://models.example/whole');
      expect(tunnels).toEqual(['models.example:80']);
      expect(readFileSync(target()).equals(content)).toBe(true);
    });

    it('says the password that its address has', async () => {
      await through((address) => ({ HTTP_PROXY: `http://me:secret@${address}` }), 'http://models.example/whole');
      const credentials = Buffer.from('me:secret').toString('base64');
      expect(tunnels).toEqual([`models.example:80 Basic ${credentials}`]);
    });

    it('asks the one that HTTPS_PROXY names for a tunnel, and never says its password when that fails', async () => {
      const attempt = through(
        (address) => ({ HTTPS_PROXY: `http://me:secret@${address}` }),
        'https://models.example/whole',
      );
      await expect(attempt).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.not.stringContaining('secret') as string, // there is no TLS behind it
      });
      expect(tunnels).toHaveLength(1);
      expect(tunnels[0]).toMatch(/^models.example:443/);
    });

    it('goes past it to a host that NO_PROXY names', async () => {
      const { port } = server.address() as AddressInfo;
      const environment = (address: string) => ({ HTTP_PROXY: `http://${address}`, NO_PROXY: 'localhost,127.0.0.1' });
      await through(environment, `http://127.0.0.1:${port}/whole`);
      expect(tunnels).toEqual([]);
    });
  });
});
