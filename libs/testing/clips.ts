import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from './servers.js';
import { sharedData } from './shared-data.js';

const run = promisify(execFile);

/** Runs FFmpeg quietly with these arguments. */
export async function runFfmpeg(args: readonly string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
}

/** Size of a bar-code clip. */
export const barCodeSize = { widthPx: 320, heightPx: 192 };

const BARS = 8;

/**
 * A clip whose every picture says which one it is: its number, modulo 256, as eight black or white bars, least significant
 * bit on the left. H.264 with B-frames and a key frame a second; the container follows the name of the file.
 * `stillSec`: number 0 stands for so long first.
 */
export async function makeBarCodeClip(
  file: string,
  clip: { readonly fps: number; readonly sec: number; readonly stillSec?: number },
): Promise<void> {
  const size = `${barCodeSize.widthPx}x${barCodeSize.heightPx}`;
  const number = `max(0,N-${clip.fps * (clip.stillSec ?? 0)})`;
  const bit = `mod(floor(${number}/pow(2,floor(X/${barCodeSize.widthPx / BARS}))),2)`;
  const source = `nullsrc=s=${size}:r=${clip.fps}:d=${clip.sec}`;
  const encode = ['-c:v', 'libx264', '-g', String(clip.fps), '-bf', '2', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];
  const filter = `geq=lum='16+219*${bit}':cb=128:cr=128,format=yuv420p`;
  await runFfmpeg(['-f', 'lavfi', '-i', source, '-vf', filter, ...encode, file]);
}

/** The number that a raw RGB picture of a bar-code clip shows, 0..255. The picture must not be letterboxed at its sides. */
export function readBarCode(pixels: Uint8Array, size: { readonly widthPx: number; readonly heightPx: number }): number {
  const row = Math.floor(size.heightPx / 2) * size.widthPx;
  let value = 0;
  for (let bar = 0; bar < BARS; bar++) {
    const column = Math.floor(((bar + 0.5) * size.widthPx) / BARS);
    if (pixels[(row + column) * 3] > 127) value += 2 ** bar;
  }
  return value;
}

/** A real RTSP server with one camera. `signal('SIGSTOP')` freezes it, `SIGKILL` makes it a dead one. */
export interface RtspCamera {
  /** Without credentials. */
  readonly url: string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Starts it again on the same port, after `SIGKILL`. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The script that serves it, relative to the measurement data; it needs Debian's GStreamer packages. */
export const rtspCameraScript = '../tools/rtsp-camera.py';

/** Serves `file` in a loop, with a login where `login` is given. */
export async function startRtspCamera(
  file: string,
  options: { readonly fps: number; readonly login?: { readonly user: string; readonly password: string } },
): Promise<RtspCamera> {
  const script = sharedData(rtspCameraScript);
  if (script === null) throw new Error(`${rtspCameraScript} is missing`);
  const port = await freePort();
  const { login } = options;
  const auth = login === undefined ? [] : ['--user', login.user, '--password', login.password, '--auth', 'digest'];
  const args = [script, '--port', String(port), '--fps', String(options.fps), ...auth, file];
  let child = await readyCamera(args);
  return {
    url: `rtsp://127.0.0.1:${port}/cam1`,
    signal: (signal) => child.kill(signal),
    restart: async () => {
      child = await readyCamera(args);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function readyCamera(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn('/usr/bin/python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`rtsp-camera.py ended with ${String(code)}`));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve();
    });
  });
  return child;
}
