import { readLive, startOfLive } from '#messaging/live-stream.js';
import { closeRedis, type Redis } from '#messaging/redis.js';
import type { Parts } from '../parts.js';
import { LiveRelay, type LiveSource, type Viewer } from './live-relay.js';
import { socketLimits } from './socket-limits.js';

const BLOCK_MS = 1000;
/** A relay outlives its last viewer for a moment: a page that is loaded again finds it warm. */
const LINGER_MS = 3000;
const RETRY_MS = 500;

interface RunningRelay {
  readonly relay: LiveRelay;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
  linger: NodeJS.Timeout | null;
}

/** One relay for each camera that somebody watches, on a Redis connection of its own. */
export class LiveCameras {
  private readonly relays = new Map<string, RunningRelay>();

  constructor(private readonly parts: Pick<Parts, 'openRedis' | 'log' | 'metrics' | 'settings'>) {}

  /** Shows a camera to a viewer until the returned function is called. */
  watch(cameraId: string, viewer: Viewer): () => void {
    const running = this.relays.get(cameraId) ?? this.start(cameraId);
    if (running.linger !== null) clearTimeout(running.linger);
    running.linger = null;
    running.relay.join(viewer);
    return () => {
      running.relay.leave(viewer);
      const isOver = this.relays.get(cameraId) !== running;
      if (isOver || running.relay.viewerCount > 0 || running.linger !== null) return;
      running.linger = setTimeout(() => {
        this.stop(cameraId);
      }, LINGER_MS);
    };
  }

  /** Ends all relays. */
  async close(): Promise<void> {
    const ends = [...this.relays].map(([cameraId, { ended }]) => {
      this.stop(cameraId);
      return ended;
    });
    await Promise.all(ends);
  }

  private start(cameraId: string): RunningRelay {
    const relay = new LiveRelay(socketLimits(this.parts.settings), () => {
      this.parts.metrics.socketDrops.inc({ kind: 'live' });
    });
    const ending = new AbortController();
    const redis = this.parts.openRedis();
    ending.signal.addEventListener('abort', () => {
      // A blocking read would hold the end back for up to a second.
      redis.disconnect();
    });
    const ended = this.run({ cameraId, relay, redis, signal: ending.signal });
    const running = { relay, ending, ended, linger: null };
    this.relays.set(cameraId, running);
    return running;
  }

  private stop(cameraId: string): void {
    const running = this.relays.get(cameraId);
    if (running === undefined) return;
    this.relays.delete(cameraId);
    if (running.linger !== null) clearTimeout(running.linger);
    running.ending.abort();
  }

  private async run(work: { cameraId: string; relay: LiveRelay; redis: Redis; signal: AbortSignal }): Promise<void> {
    const { cameraId, relay, redis, signal } = work;
    const source: LiveSource = {
      start: () => startOfLive(redis, cameraId),
      next: (fromId) => readLive(redis, cameraId, { fromId, blockMs: BLOCK_MS }),
    };
    const aborted = (): boolean => signal.aborted;
    while (!aborted()) {
      try {
        await relay.run(source, signal);
      } catch (problem) {
        if (aborted()) break;
        this.parts.log.warn({ event: 'live.failed', cameraId, err: problem }, 'the live view is read again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    await closeRedis(redis);
  }
}
