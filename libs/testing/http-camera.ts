import { spawn } from 'node:child_process';
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real camera that streams over HTTP, in real time and without an end, as encoders and IP cameras do. */
export interface HttpCamera {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface HttpCameraOptions {
  readonly format: 'mpegts' | 'flv';
  readonly fps: number;
  /** Pictures between key frames. */
  readonly keyEvery: number;
}

/**
 * Plays `clip` in a loop. An MPEG-TS viewer joins the one running stream wherever it is, usually between key frames; FLV
 * has a header, so each viewer gets a stream from its start.
 */
export async function startHttpCamera(clip: string, options: HttpCameraOptions): Promise<HttpCamera> {
  const viewers = new Set<ServerResponse>();
  const stops = new Set<() => void>();
  const play = (onBytes: (bytes: Buffer) => void): (() => void) => {
    const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-sc_threshold', '0'];
    const rates = ['-r', String(options.fps), '-g', String(options.keyEvery), '-keyint_min', String(options.keyEvery)];
    const input = ['-v', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', clip, '-an'];
    const child = spawn(
      'ffmpeg',
      [...input, ...encode, ...rates, '-flush_packets', '1', '-f', options.format, 'pipe:1'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    child.stdout.on('data', onBytes);
    const stop = (): void => {
      stops.delete(stop);
      child.kill('SIGKILL');
    };
    stops.add(stop);
    return stop;
  };
  if (options.format === 'mpegts') {
    play((bytes) => {
      for (const viewer of viewers) viewer.write(bytes);
    });
  }
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'content-type': options.format === 'mpegts' ? 'video/mp2t' : 'video/x-flv' });
    response.flushHeaders();
    const stop = options.format === 'flv' ? play((bytes) => response.write(bytes)) : () => undefined;
    viewers.add(response);
    response.once('close', () => {
      viewers.delete(response);
      stop();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
    stop: async () => {
      for (const stop of [...stops]) stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
