import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { streamInLoop } from '#media/loop-stream.js';
import { writeClip } from '#media/write-clip.js';
import { freePort } from '#testing/servers.js';

/** The built program, as `./posewatch` starts it. */
const program = path.resolve('dist/apps/cli/main.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function posewatch(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, out, err });
    });
  });
}

/** Listens on a free port of 127.0.0.1. */
async function listening<T extends net.Server>(server: T): Promise<{ readonly server: T; readonly port: number }> {
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port };
}

describe('the command line of the built program', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch command line '));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['a flag that is not known', ['status', '--jsn'], "Unknown option '--jsn'"],
    ['a flag without its value', ['up', '--port'], "'--port <value>' argument missing"],
    ['a port that is none', ['up', '--port', '70000', '--data', folder], 'POSEWATCH_PORT'],
    ['an operand too many', ['down', 'everything'], '"everything" is one operand too many'],
    ['cameras without an action', ['cameras'], 'use list, add, remove, test'],
    ['an action that is not known', ['cameras', 'fly'], '"cameras fly" is not known'],
    ['a camera without an address', ['cameras', 'add', '--name', 'Door'], 'URL is missing'],
    ['a camera without a name', ['cameras', 'add', 'rtsp://192.0.2.1/a'], '--name is missing'],
    ['an address no camera has', ['cameras', 'test', 'file:///etc/passwd'], 'cameras cannot be reached by file:'],
    ['a rate beyond reason', ['cameras', 'add', 'rtsp://192.0.2.1/a', '--name', 'A', '--fps', '1e9'], '--fps 1e9'],
    ['analyze without an input', ['analyze', '--out', folder], 'usage:'],
  ])(
    'ends %s with 2, says why and leaves stdout empty',
    async (_, args, reason) => {
      const { code, out, err } = await posewatch(...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(reason);
      expect(err).toContain('usage: posewatch');
    },
    60_000,
  );

  it.each([['list'], ['remove', 'cam_1'], ['add', 'rtsp://192.0.2.1/a', '--name', 'Door']])(
    'ends cameras %s with 1 where nothing runs, and says how to start it',
    async (...args) => {
      const { code, out, err } = await posewatch('cameras', ...args, '--data', folder, '--json');
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(`Posewatch does not run on ${folder}. Start it with "posewatch up"`);
    },
    60_000,
  );

  it('says of a folder where nothing runs that nothing runs there', async () => {
    const { code, out } = await posewatch('status', '--json', '--data', folder);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ running: false, url: null, data: folder, rssBytes: 0, services: [] });
    expect(await posewatch('down', '--data', folder)).toMatchObject({ code: 0, err: '' });
    expect(await posewatch('logs', '--data', folder)).toMatchObject({ code: 1, out: '' });
  }, 60_000);

  it('refuses a text that calls itself a video, by name', async () => {
    const file = path.join(folder, 'holiday.mp4');
    writeFileSync(file, 'Dear diary, it rained.\n'.repeat(100));
    const { code, out, err } = await posewatch('analyze', file, '--out', path.join(folder, 'results'), '--no-video');
    expect(code).not.toBe(0);
    expect(out).toBe('');
    expect(err).toContain('holiday.mp4 is not a video or picture that FFmpeg can read');
  }, 120_000);
});

describe('posewatch cameras test', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch cameras '));
  const file = path.join(folder, 'clip.mp4');
  const size = { widthPx: 64, heightPx: 48 };
  const tried = z.object({ ok: z.literal(true), widthPx: z.number(), heightPx: z.number(), codec: z.string() });
  let camera: { readonly server: Server; readonly port: number };

  beforeAll(async () => {
    const grey = new Uint8Array(size.widthPx * size.heightPx * 3).fill(120);
    const { signal } = new AbortController();
    await writeClip(Array<Uint8Array>(20).fill(grey), { size, fps: 10, target: file, signal });
    const right = `Basic ${Buffer.from('guard:s3cret').toString('base64')}`;
    const server = createServer((request, response) => {
      if (request.headers.authorization === right) {
        void streamInLoop(file, response, signal);
        return;
      }
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
    });
    camera = await listening(server);
  });
  afterAll(() => {
    camera.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const address = (login: string): string => `http://${login}127.0.0.1:${camera.port}/live`;

  it('says what a camera sends, as one object on stdout', async () => {
    const { code, out, err } = await posewatch('cameras', 'test', address('guard:s3cret@'), '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(tried.parse(JSON.parse(out))).toMatchObject({ ...size, codec: 'h264' });
  }, 60_000);

  it('says that the password is wrong, and never shows it', async () => {
    const { code, out, err } = await posewatch('cameras', 'test', address('guard:gue55ed@'), '--json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/password/i);
    expect(err).not.toContain('gue55ed');
  }, 60_000);

  it('says that nothing listens there', async () => {
    const { code, err } = await posewatch('cameras', 'test', `rtsp://127.0.0.1:${await freePort()}/live`);
    expect(code).toBe(1);
    expect(err).toContain('refuses the connection: nothing listens at this address and port');
  }, 60_000);

  it('gives a camera up that takes the connection and stays silent', async () => {
    const { server, port } = await listening(net.createServer((socket) => socket.on('error', () => socket.destroy())));
    try {
      const { code, err } = await posewatch('cameras', 'test', `rtsp://127.0.0.1:${port}/live`);
      expect(code).toBe(1);
      expect(err).toContain(`127.0.0.1:${port}/live does not answer within`);
    } finally {
      server.close();
    }
  }, 60_000);
});
