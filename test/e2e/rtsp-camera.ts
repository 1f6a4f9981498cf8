import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A real RTSP server that plays clips in a loop. `kill` is what a power cut does; `start` brings it back on the same port. */
export interface RtspCamera {
  readonly urls: readonly string[];
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Serves `clips` with the measurement folder's `rtsp-camera.py` (`script`). */
export async function startRtspCamera(script: string, port: number, clips: readonly string[]): Promise<RtspCamera> {
  let child: ChildProcess | null = null;
  const urls: string[] = [];
  const start = async (): Promise<void> => {
    const running = spawn('/usr/bin/python3', [script, '--port', String(port), ...clips], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = running;
    urls.length = 0;
    for await (const line of createInterface({ input: running.stdout })) {
      if (line.trim() === 'ready') break;
      urls.push(line.split(/\s+/)[0] ?? '');
    }
  };
  await start();
  return {
    urls,
    start,
    kill: async () => {
      const running = child;
      if (running?.exitCode !== null || running.signalCode !== null) return;
      const exited = new Promise<void>((resolve) =>
        running.once('exit', () => {
          resolve();
        }),
      );
      running.kill('SIGKILL');
      await exited;
    },
  };
}
