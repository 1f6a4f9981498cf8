import { AppError } from '#base/errors.js';
import type { ExportedPose, ExportedSequence } from '#evaluation/posetrack-file.js';
import type { FrameTimeline } from '#media/frame-timeline.js';
import type { OverlayPose } from '#media/overlay-subtitles.js';
import type { Database } from '#storage/database.js';
import { listEvents, type EventRow } from '#storage/event-queries.js';
import { fillGaps } from '#tracking/fill-gaps.js';
import { SMOOTHING_REACH_US, smoothBoxes } from '#tracking/smooth-boxes.js';
import { CONFIDENCE_REACH_US, trackConfidence } from '#tracking/track-confidence.js';
import { decodeSegment } from '#storage/segment-codec.js';
import { trackKeys, trackSegments } from '#storage/track-queries.js';
import type { StoredVideo } from '#storage/videos.js';

/**
 * One pose of a track, its box smoothed over what came before and after. `confidence`: how sure the track is of its person then;
 * `score`: of the single frame.
 */
type StoredPose = ExportedPose & OverlayPose & { readonly confidence: number };

/** What the database holds of one analysed video, with the source's frame numbers. */
export interface StoredResult {
  readonly sequence: ExportedSequence;
  readonly poses: readonly StoredPose[];
  readonly tracks: number;
  /** In order of their start. */
  readonly events: readonly EventRow[];
}

const PAGE = 500;

/** What the poses of a video are laid out over. */
interface ResultTimes {
  readonly timeline: FrameTimeline;
  /** Media times of the frames that went through the model. */
  readonly analysedPtsUs: ReadonlySet<number>;
  /** See `AnalyzeRequest`. */
  readonly fillGapsSec: number;
}

async function posesOf(database: Database, cameraId: string, times: ResultTimes) {
  const keys = await trackKeys(database, cameraId);
  const analysed = [...times.analysedPtsUs].sort((a, b) => a - b);
  const poses: StoredPose[] = [];
  for (const key of keys) {
    const segments = await trackSegments(database, key);
    const stored = segments.flatMap(({ packed }) => decodeSegment(packed));
    const seen = smoothBoxes(stored, SMOOTHING_REACH_US);
    const added = fillGaps(seen, analysed, times.fillGapsSec * 1e6);
    const track = [...seen, ...added].sort((a, b) => a.ptsUs - b.ptsUs);
    const confidences = trackConfidence(track, CONFIDENCE_REACH_US);
    for (const [at, pose] of track.entries()) {
      const frame = frameOf(times.timeline, pose.ptsUs);
      poses.push({ ...pose, trackNo: key.trackNo, frame, confidence: confidences[at] });
    }
  }
  return { poses, tracks: keys.length };
}

function frameOf(timeline: FrameTimeline, ptsUs: number): number {
  const frame = timeline.frameAt(ptsUs);
  if (frame !== null) return frame;
  throw new AppError('internal', `The source has no frame at ${ptsUs} µs, but it was analysed.`);
}

async function eventsOf(database: Database, cameraId: string): Promise<EventRow[]> {
  const events: EventRow[] = [];
  for (let cursor: string | undefined; ;) {
    const { rows, nextCursor } = await listEvents(database, { cameraId }, { cursor, limit: PAGE });
    events.push(...rows);
    if (nextCursor === null) return events.reverse();
    cursor = nextCursor;
  }
}

/** Reads tracks and events of a finished video. */
export async function storedResult(database: Database, video: StoredVideo, at: ResultTimes): Promise<StoredResult> {
  const { sourceWidthPx, sourceHeightPx } = video.camera;
  if (sourceWidthPx === null || sourceHeightPx === null)
    throw new AppError('internal', `The picture size of ${video.fileName} was not stored.`);
  const { poses, tracks } = await posesOf(database, video.cameraId, at);
  return {
    sequence: {
      frameCount: at.timeline.ptsUs.length,
      analysedFrames: [...at.analysedPtsUs].map((ptsUs) => frameOf(at.timeline, ptsUs)).sort((a, b) => a - b),
      widthPx: sourceWidthPx,
      heightPx: sourceHeightPx,
      poses,
    },
    poses,
    tracks,
    events: await eventsOf(database, video.cameraId),
  };
}
