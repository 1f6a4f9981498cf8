import type { CameraHealth } from '#contracts/camera-health.js';
import type { FrameCounts, TracksUpdated } from '#contracts/tracks-updated.js';
import { addToMinute, type MinuteFigures } from '#messaging/camera-minutes.js';
import { listCameras } from '#storage/cameras.js';
import type { Parts } from '../parts.js';
import { growth } from '../system/frame-growth.js';

const BEAT_MS = 10_000;
/** Redis key held by the dashboard that writes. */
export const MINUTES_LEASE = 'lease:camera-minutes';
const HOUR_MS = 3_600_000;

type Counted = Pick<MinuteFigures, 'analysed' | 'still' | 'dropped'>;

/** Keeps the minute figures of live cameras. Of several dashboards one writes: all hear the same. */
export class MinuteKeeper {
  private readonly latest = new Map<string, { readonly epoch: number; readonly counts: FrameCounts }>();
  private unwritten = new Map<string, Counted>();

  constructor(
    private readonly parts: Parts,
    private readonly options: {
      /** Unlike any other dashboard's. */
      readonly instance: string;
      readonly readHealth: () => Promise<readonly CameraHealth[]>;
    },
  ) {}

  /** Takes the counts of a camera over. What it counted before it was first heard of belongs to other minutes. */
  heard({ cameraId, epoch, counts }: TracksUpdated): void {
    const before = this.latest.get(cameraId);
    this.latest.set(cameraId, { epoch, counts });
    if (before === undefined) return;
    const grown = growth(before.epoch === epoch ? before.counts : undefined, counts);
    const so = this.unwritten.get(cameraId) ?? { analysed: 0, still: 0, dropped: 0 };
    this.unwritten.set(cameraId, {
      analysed: so.analysed + grown.analysed,
      still: so.still + (grown.still ?? 0),
      dropped: so.dropped + Object.values(grown.dropped).reduce((sum, count) => sum + count, 0),
    });
  }

  /** Writes what was heard since the last beat, and for how long each camera was live. */
  async beat(): Promise<void> {
    const { database, keyValues, redis, clock, settings } = this.parts;
    const counted = this.unwritten;
    this.unwritten = new Map();
    if (!(await keyValues.acquireLease(MINUTES_LEASE, this.options.instance, 3 * BEAT_MS))) return;
    const [cameras, health] = await Promise.all([listCameras(database), this.options.readHealth()]);
    const live = new Set(health.filter(({ state }) => state === 'live').map(({ cameraId }) => cameraId));
    const watchedSec = BEAT_MS / 1000;
    const figures = new Map<string, MinuteFigures>();
    for (const { id } of cameras.filter(({ enabled }) => enabled)) {
      const { analysed, still, dropped } = counted.get(id) ?? { analysed: 0, still: 0, dropped: 0 };
      figures.set(id, { analysed, still, dropped, watchedSec, liveSec: live.has(id) ? watchedSec : 0 });
    }
    this.forget(new Set(figures.keys()));
    if (figures.size === 0) return;
    const keepMs = (settings.POSEWATCH_HEALTH_HOURS + 1) * HOUR_MS;
    await addToMinute(redis, figures, { atMs: clock.nowMs(), keepMs });
  }

  /** Beats until the returned function is called. */
  start(): () => void {
    let isBeating = false;
    const timer = setInterval(() => {
      if (isBeating) return;
      isBeating = true;
      this.beat()
        .catch((problem: unknown) => {
          this.parts.log.warn({ event: 'minutes.failed', err: problem }, 'the minutes of cameras could not be written');
        })
        .finally(() => {
          isBeating = false;
        });
    }, BEAT_MS);
    return () => {
      clearInterval(timer);
    };
  }

  /** Uploaded videos and cameras that are gone speak here too. */
  private forget(known: ReadonlySet<string>): void {
    for (const id of this.latest.keys()) if (!known.has(id)) this.latest.delete(id);
  }
}
