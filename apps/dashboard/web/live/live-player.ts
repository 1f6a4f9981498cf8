import { systemClock } from '#base/clock.js';
import { nextDelay, steer } from './latency.js';
import { PictureBuffer, playableMime } from './picture-buffer.js';
import { parseLiveMessage, type LiveMessage } from './protocol.js';

/** `waiting`: connected, no picture yet. `unsupported`: this browser has no decoder for the camera's codec. */
export type LiveState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'playing' }
  | { readonly kind: 'reconnecting' }
  | { readonly kind: 'unsupported'; readonly codec: string };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
const TICK_MS = 200;
/** A second jump soon after one would look like a fault; a changed speed goes unnoticed. */
const JUMP_REST_MS = 8_000;

/**
 * Plays `/ws/live/:cameraId` in a `<video>`, a steady little delay behind the newest picture. Each init segment (a new epoch, or
 * the same one after a reconnect) starts a new Media Source; a lost socket comes back by itself.
 */
export class LivePlayer {
  private socket: WebSocket | null = null;
  private picture: PictureBuffer | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly ticker: ReturnType<typeof setInterval>;
  private waitMs = FIRST_WAIT_MS;
  private delaySec = 0.5;
  private lastTickMs = systemClock.monotonicMs();
  private lastJumpMs = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly cameraId: string,
    private readonly report: {
      readonly state: (state: LiveState) => void;
      readonly epoch: (epoch: number) => void;
      /** PTS of the newest analysed frame of this epoch, µs; null before the first. */
      readonly newestPosesPtsUs: () => number | null;
    },
  ) {
    this.ticker = setInterval(() => {
      this.tick();
    }, TICK_MS);
    this.connect();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    this.socket?.close();
    this.picture?.close();
    this.video.removeAttribute('src');
    this.video.load();
  }

  private connect(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/live/${this.cameraId}`);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      const message = data instanceof ArrayBuffer ? parseLiveMessage(data) : null;
      if (message !== null && !this.closed) this.take(message);
    };
    socket.onclose = () => {
      if (this.closed || this.socket !== socket) return;
      this.report.state({ kind: 'reconnecting' });
      this.retry = setTimeout(() => {
        this.connect();
      }, this.waitMs);
      this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
    };
  }

  private take(message: LiveMessage): void {
    this.waitMs = FIRST_WAIT_MS;
    if (message.kind === 'init') this.begin(message);
    else this.picture?.append(message.bytes);
  }

  private begin(message: LiveMessage): void {
    this.picture?.close();
    this.picture = null;
    const { mime, codec } = playableMime(message.bytes);
    if (mime === null) {
      this.report.state({ kind: 'unsupported', codec });
      return;
    }
    this.report.epoch(message.epoch);
    this.report.state({ kind: 'waiting' });
    this.picture = new PictureBuffer(this.video, mime, () => {
      this.enter();
    });
    this.picture.append(message.bytes);
  }

  /** Puts the video into the newest stretch: at the start, and after a gap that it cannot play across. */
  private enter(): void {
    const range = this.picture?.newestRange ?? null;
    if (range === null) return;
    const { currentTime, paused, dataset } = this.video;
    if (currentTime < range.startSec || currentTime > range.endSec) {
      this.video.currentTime = Math.max(range.startSec, range.endSec - this.delaySec);
    }
    if (paused && dataset.held === undefined) void this.video.play().catch(() => undefined);
    this.report.state({ kind: 'playing' });
  }

  private tick(): void {
    const nowMs = systemClock.monotonicMs();
    const elapsedSec = (nowMs - this.lastTickMs) / 1000;
    this.lastTickMs = nowMs;
    const range = this.picture?.newestRange ?? null;
    if (range === null || this.video.dataset.held !== undefined) return;
    const { startSec, endSec } = range;
    this.steer(startSec, endSec, { nowMs, elapsedSec });
    this.picture?.trim();
  }

  /** Keeps the picture as far behind the newest one as its poses need. */
  private steer(
    startSec: number,
    endSec: number,
    { nowMs, elapsedSec }: { readonly nowMs: number; readonly elapsedSec: number },
  ): void {
    const posesUs = this.report.newestPosesPtsUs();
    const lagSec = posesUs === null ? 0 : endSec - posesUs / 1e6;
    // Poses that are many seconds old mean that analysis stands still: the picture does not wait for them.
    if (lagSec < 5) this.delaySec = nextDelay(this.delaySec, lagSec, elapsedSec);
    const { rate, isFarOff } = steer(endSec - this.video.currentTime, this.delaySec);
    const target = Math.max(startSec, endSec - this.delaySec);
    const isWorthIt = Math.abs(target - this.video.currentTime) > 0.3;
    if (isFarOff && isWorthIt && nowMs - this.lastJumpMs > JUMP_REST_MS) {
      this.lastJumpMs = nowMs;
      this.video.currentTime = target;
    } else this.video.playbackRate = rate;
  }
}
