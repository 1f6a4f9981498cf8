import type { Zone } from '../api/types.js';
import type { TracksMessage } from '../updates/updates-link.js';
import type { Layers, Size } from './draw-poses.js';
import { paint } from './paint.js';
import { PoseTimeline } from './pose-timeline.js';

/** A minute at ten analysed frames a second. */
const KEPT_FRAMES = 600;

interface SceneOptions {
  readonly source: Size | null;
  /** No picture to wait for: draw poses as they come. */
  readonly followsNewest: boolean;
  readonly look: () => { readonly layers: Layers; readonly zones: readonly Zone[] };
}

/** The canvas over one live camera: takes frames as they are tracked, draws those of the picture being shown. */
export class LiveScene {
  private readonly timelines = new Map<number, PoseTimeline>();
  private epoch: number | null = null;
  private source: Size | null;
  private drawnPtsUs: number | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly options: SceneOptions,
  ) {
    this.source = options.source;
  }

  /** PTS of the newest analysed frame of the epoch being shown, µs; null before the first. */
  get newestPtsUs(): number | null {
    return this.timeline?.newestPtsUs ?? null;
  }

  take(tracks: TracksMessage): void {
    this.source = tracks.source;
    if (!tracks.analysed) return;
    const timeline = this.timelines.get(tracks.epoch) ?? new PoseTimeline(KEPT_FRAMES);
    this.timelines.set(tracks.epoch, timeline);
    timeline.add({ ptsUs: tracks.ptsUs, poses: tracks.tracks });
    for (const epoch of this.timelines.keys()) if (epoch < tracks.epoch - 1) this.timelines.delete(epoch);
    if (!this.options.followsNewest) return;
    this.epoch = tracks.epoch;
    this.drawAt(tracks.ptsUs);
  }

  showEpoch(epoch: number): void {
    this.epoch = epoch;
  }

  redraw(): void {
    if (this.drawnPtsUs !== null) this.drawAt(this.drawnPtsUs);
  }

  drawAt(ptsUs: number): void {
    this.drawnPtsUs = ptsUs;
    const { timeline, source } = this;
    const found = timeline?.at(ptsUs) ?? { kind: 'none', poses: [] };
    paint(this.canvas, { ptsUs, found, timeline, source, ...this.options.look() });
  }

  private get timeline(): PoseTimeline | undefined {
    return this.epoch === null ? undefined : this.timelines.get(this.epoch);
  }
}
