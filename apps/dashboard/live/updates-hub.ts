/** What `/ws/updates` tells browsers: health and system at intervals, alerts and video progress as they come, tracks on request. */
import { behaviorDetected, type BehaviorDetected } from '#contracts/behavior-detected.js';
import { topics } from '#contracts/channels.js';
import { tracksUpdated, type TracksUpdated } from '#contracts/tracks-updated.js';
import { updatesRequest, type LiveUpdate } from '../api/schemas/events.js';
import type { MinuteKeeper } from '../cameras/minute-keeper.js';
import type { Parts } from '../parts.js';
import type { SystemDesk } from '../system/system-desk.js';
import { VideoProgress } from '../videos/video-progress.js';
import type { LatestSender } from './latest-sender.js';
import { socketTimes } from './socket-limits.js';

/** One browser on `/ws/updates`. */
export interface Listener {
  readonly sender: LatestSender;
  /** Cameras whose tracks it wants. */
  cameras: ReadonlySet<string>;
}

/** Connects Redis topics and periodic readings with all listeners. */
export class UpdatesHub {
  private readonly listeners = new Set<Listener>();
  private readonly endings: (() => void)[] = [];
  private readonly progress: VideoProgress;

  constructor(
    private readonly parts: Parts,
    private readonly system: Pick<SystemDesk, 'read' | 'cameras'>,
    private readonly minutes: Pick<MinuteKeeper, 'heard'>,
  ) {
    this.progress = new VideoProgress(parts);
  }

  /** Subscribes to the topics; resolves once nothing published later is missed. */
  async open(): Promise<void> {
    const { topics: bus } = this.parts;
    this.endings.push(
      await bus.subscribe(topics.tracksUpdated, tracksUpdated, (message) => {
        this.hearTracks(message);
      }),
      await bus.subscribe(topics.behaviorDetected, behaviorDetected, (event) => {
        this.hearEvent(event);
      }),
      this.every(socketTimes.healthMs, () => this.tellHealth()),
      this.every(socketTimes.healthMs, () => this.tellVideos()),
      this.every(socketTimes.systemMs, () => this.tellSystem()),
    );
  }

  close(): void {
    for (const end of this.endings.splice(0)) end();
    this.listeners.clear();
  }

  add(listener: Listener): void {
    this.listeners.add(listener);
    this.tellSystem().catch(this.report);
  }

  remove(listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** What a browser sent; false when it makes no sense. */
  request(listener: Listener, text: string): boolean {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return false;
    }
    const parsed = updatesRequest.safeParse(json);
    if (parsed.success) listener.cameras = new Set(parsed.data.subscribe);
    return parsed.success;
  }

  private hearTracks(message: TracksUpdated): void {
    this.parts.metrics.heard(message);
    this.minutes.heard(message);
    const wanting = [...this.listeners].filter((listener) => listener.cameras.has(message.cameraId));
    if (wanting.length === 0) return;
    const update: LiveUpdate = { ...message, type: 'tracks' };
    const text = JSON.stringify(update);
    for (const listener of wanting) listener.sender.send(text, `tracks ${message.cameraId}`);
  }

  private hearEvent(event: BehaviorDetected): void {
    this.tell({ type: 'event', event }, null);
  }

  private async tellSystem(): Promise<void> {
    if (this.listeners.size === 0) return;
    const { services, queues } = await this.system.read();
    this.tell({ type: 'system', services, queues }, 'system');
  }

  private async tellHealth(): Promise<void> {
    if (this.listeners.size === 0) return;
    const all = await this.system.cameras();
    for (const health of all) this.tell({ type: 'health', health }, `health ${health.cameraId}`);
  }

  private async tellVideos(): Promise<void> {
    if (this.listeners.size === 0) return;
    for (const video of await this.progress.changed()) this.tell({ type: 'video', ...video }, `video ${video.id}`);
  }

  private tell(update: LiveUpdate, key: string | null): void {
    const text = JSON.stringify(update);
    for (const listener of this.listeners) listener.sender.send(text, key);
  }

  /** Runs `work` each `ms`, never twice at once. */
  private every(ms: number, work: () => Promise<void>): () => void {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      work()
        .catch(this.report)
        .finally(() => {
          running = false;
        });
    }, ms);
    return () => {
      clearInterval(timer);
    };
  }

  private readonly report = (problem: unknown): void => {
    this.parts.log.warn({ event: 'updates.failed', err: problem }, 'an update could not be read');
  };
}
