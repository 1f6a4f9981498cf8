import type { Clock } from '#base/clock.js';
import type { Logger } from '#observability/logger.js';
import { cameraById } from '#storage/cameras.js';
import type { Database } from '#storage/database.js';
import { listRules } from '#storage/rules.js';
import { asStorageError } from '#storage/storage-errors.js';
import { videoById } from '#storage/videos.js';
import { listZones } from '#storage/zones.js';
import { rulesOfCamera, type CameraRule } from './camera-rules.js';

/** What the tracker must know of a camera. */
export interface CameraContext {
  readonly rules: readonly CameraRule[];
  /** False in pose-only mode: no pixel is written to disk. */
  readonly picturesAllowed: boolean;
  /** An uploaded picture: no second frame will ever confirm a pose. */
  readonly isStill: boolean;
}

interface Cached {
  readonly context: CameraContext | null;
  readonly untilMs: number;
}

const FRESH_MS = 10_000;
/** While PostgreSQL is away, what is known is used and asked for again after this pause. */
const RETRY_MS = 1000;

/** Cameras with their rules, read again every ten seconds and after a hint that something changed. */
export class CameraContexts {
  private readonly cached = new Map<string, Cached>();

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Null for a camera that was removed. @throws AppError `unavailable` when PostgreSQL is away and the camera is not known yet. */
  async get(cameraId: string): Promise<CameraContext | null> {
    const nowMs = this.clock.monotonicMs();
    const known = this.cached.get(cameraId);
    if (known !== undefined && nowMs < known.untilMs) return known.context;
    try {
      const context = await this.read(cameraId);
      this.cached.set(cameraId, { context, untilMs: nowMs + FRESH_MS });
      return context;
    } catch (thrown) {
      const problem = asStorageError(thrown);
      // A removed camera is not remembered as known: its id may never come back.
      if (known?.context == null) throw problem;
      this.log.warn({ cameraId, problem: problem.message }, 'rules could not be read again');
      this.cached.set(cameraId, { ...known, untilMs: nowMs + RETRY_MS });
      return known.context;
    }
  }

  /** The next `get` reads the camera again. */
  changed(cameraId: string): void {
    const known = this.cached.get(cameraId);
    if (known !== undefined) this.cached.set(cameraId, { ...known, untilMs: Number.NEGATIVE_INFINITY });
  }

  private async read(cameraId: string): Promise<CameraContext | null> {
    const camera = await cameraById(this.db, cameraId);
    if (camera === null) return null;
    const [rules, zones, video] = await Promise.all([
      listRules(this.db),
      listZones(this.db, cameraId),
      camera.kind === 'video' ? videoById(this.db, cameraId) : null,
    ]);
    return {
      rules: rulesOfCamera(cameraId, rules, zones),
      picturesAllowed: camera.privacy !== 'pose-only',
      isStill: video?.isImage ?? false,
    };
  }
}
