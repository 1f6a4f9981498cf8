import { listChangingVideos } from '#storage/video-progress.js';
import type { VideoView } from '../api/schemas/videos.js';
import type { Parts } from '../parts.js';
import { videoViewOf } from './video-view.js';

/** How long a finished video is still looked at, so that its last change is told. */
const AFTERGLOW_MS = 10_000;

/** Finds videos whose progress changed since the last look. */
export class VideoProgress {
  private told = new Map<string, string>();

  constructor(private readonly parts: Pick<Parts, 'database' | 'clock'>) {}

  /** Videos that changed; at the first call, all that wait, are under way or have just ended. */
  async changed(): Promise<VideoView[]> {
    const { database, clock } = this.parts;
    const rows = await listChangingVideos(database, new Date(clock.nowMs() - AFTERGLOW_MS));
    const views = rows.map(videoViewOf);
    const texts = new Map(views.map((view) => [view.id, JSON.stringify(view)]));
    const changed = views.filter((view) => this.told.get(view.id) !== texts.get(view.id));
    this.told = texts;
    return changed;
  }
}
