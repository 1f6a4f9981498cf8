import { systemClock } from '#base/clock.js';
import type { BehaviorDetected } from '#contracts/behavior-detected.js';
import type { CameraHealth } from '#contracts/camera-health.js';
import type { TracksUpdated } from '#contracts/tracks-updated.js';
import type { System, Video } from '../api/types.js';
import type { Ran } from '../ui/profiles.js';
import { Observable } from './observable.js';
import { FrameMeter } from './frame-meter.js';

/** What the page knows about one camera from the frames that went by. */
export interface CameraActivity {
  readonly people: number;
  readonly alarms: number;
  readonly analysedPerSec: number;
  readonly latencyMs: number;
  readonly provider: string | null;
  /** What analysed the newest frame; null while none was analysed. */
  readonly ran: Ran | null;
  readonly counts: TracksUpdated['counts'];
}

export type TracksMessage = Omit<TracksUpdated, 'type'>;
type SystemUpdate = Pick<System, 'services' | 'queues'>;
type Update =
  | { readonly type: 'health'; readonly health: CameraHealth }
  | { readonly type: 'event'; readonly event: BehaviorDetected }
  | ({ readonly type: 'system' } & SystemUpdate)
  | ({ readonly type: 'video' } & Video)
  | ({ readonly type: 'tracks' } & TracksMessage);

const NO_ACTIVITY = { people: 0, alarms: 0, provider: null, ran: null };

/** A skipped frame says nothing about people: what was known before stays. */
function nextActivity(
  before: Pick<CameraActivity, 'people' | 'alarms' | 'provider' | 'ran'>,
  tracks: TracksMessage,
  analysedPerSec: number,
): CameraActivity {
  const { counts, latencyMs, profile, modelId } = tracks;
  const provider = tracks.provider ?? before.provider;
  const ran = profile === undefined || modelId === undefined ? before.ran : { profile, modelId };
  if (!tracks.analysed) return { ...before, provider, analysedPerSec, latencyMs, counts };
  const alarms = tracks.tracks.filter((track) => track.alarms.length > 0).length;
  return { people: tracks.tracks.length, alarms, provider, ran, analysedPerSec, latencyMs, counts };
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const ACTIVITY_EVERY_MS = 400;

/**
 * The page's one connection to `/ws/updates`. It comes back by itself, subscribes again, and hands frames to whoever watches a
 * camera without going through React; numbers for people are gathered and published at most a few times a second.
 */
export class UpdatesLink {
  readonly state = new Observable<'connecting' | 'open' | 'lost'>('connecting');
  readonly system = new Observable<SystemUpdate | null>(null);
  readonly health = new Observable<ReadonlyMap<string, CameraHealth>>(new Map());
  readonly activity = new Observable<ReadonlyMap<string, CameraActivity>>(new Map());
  private readonly eventListeners = new Set<(event: BehaviorDetected) => void>();
  private readonly videoListeners = new Set<(video: Video) => void>();
  private readonly watchers = new Map<string, Set<(tracks: TracksMessage) => void>>();
  private readonly meters = new Map<string, FrameMeter>();
  private readonly pending = new Map<string, CameraActivity>();
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private waitMs = FIRST_WAIT_MS;
  private running = false;

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  onEvent(listener: (event: BehaviorDetected) => void): () => void {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  }

  onVideo(listener: (video: Video) => void): () => void {
    this.videoListeners.add(listener);
    return () => this.videoListeners.delete(listener);
  }

  /** Hears every frame of a camera until the returned function is called. */
  watch(cameraId: string, listener: (tracks: TracksMessage) => void): () => void {
    const listeners = this.watchers.get(cameraId) ?? new Set();
    this.watchers.set(cameraId, listeners.add(listener));
    this.subscribe();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.watchers.delete(cameraId);
      this.subscribe();
    };
  }

  private connect(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/updates`);
    this.socket = socket;
    socket.onopen = () => {
      this.waitMs = FIRST_WAIT_MS;
      this.state.set('open');
      this.subscribe();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.take(JSON.parse(data) as Update);
    };
    socket.onclose = () => {
      if (!this.running || this.socket !== socket) return;
      this.state.set('lost');
      this.timer = setTimeout(() => {
        this.connect();
      }, this.waitMs);
      this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
    };
  }

  private subscribe(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ subscribe: [...this.watchers.keys()] }));
  }

  private take(update: Update): void {
    switch (update.type) {
      case 'health':
        this.health.set(new Map(this.health.get()).set(update.health.cameraId, update.health));
        break;
      case 'event':
        for (const listener of this.eventListeners) listener(update.event);
        break;
      case 'system':
        this.system.set(update);
        break;
      case 'video':
        for (const listener of this.videoListeners) listener(update);
        break;
      case 'tracks':
        this.takeTracks(update);
    }
  }

  private takeTracks(tracks: TracksMessage): void {
    for (const listener of this.watchers.get(tracks.cameraId) ?? []) listener(tracks);
    const nowMs = systemClock.monotonicMs();
    const meter = this.meters.get(tracks.cameraId) ?? new FrameMeter(5000);
    this.meters.set(tracks.cameraId, meter);
    // A still frame repeats what was found before: nothing was computed for it.
    if (tracks.provider !== null) meter.add(nowMs);
    const before = this.pending.get(tracks.cameraId) ?? this.activity.get().get(tracks.cameraId) ?? NO_ACTIVITY;
    this.pending.set(tracks.cameraId, nextActivity(before, tracks, meter.perSec(nowMs)));
    this.flushTimer ??= setTimeout(() => {
      this.flush();
    }, ACTIVITY_EVERY_MS);
  }

  private flush(): void {
    this.flushTimer = undefined;
    this.activity.set(new Map([...this.activity.get(), ...this.pending]));
    this.pending.clear();
  }
}
