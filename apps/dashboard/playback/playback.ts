import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#base/errors.js';
import { cameraById, type Camera } from '#storage/cameras.js';
import { findTrack, listTracks, segmentsBetween, trackSegments, type TrackRow } from '#storage/track-queries.js';
import type { PlaybackAnswer, PosesQuery, RecordingQuery } from '../api/schemas/cameras.js';
import type {
  TrackKey,
  TrackPosesAnswer,
  TrackPosesQuery,
  TracksAnswer,
  TracksQuery,
  TrackView,
} from '../api/schemas/tracks.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { findRecording, type Recording } from './recordings.js';
import { posesOf, type StoredPose } from './stored-poses.js';

function view(row: TrackRow): TrackView {
  return {
    cameraId: row.cameraId,
    cameraName: row.camera.name,
    epoch: row.epoch,
    trackNo: row.trackNo,
    startMs: row.startMs,
    endMs: row.endMs,
    startPtsUs: Number(row.startPtsUs),
    endPtsUs: Number(row.endPtsUs),
    poses: row.poses,
    meanScore: row.meanScore,
    maxSpeed: row.maxSpeed,
  };
}

function sourceOf({ sourceWidthPx, sourceHeightPx }: Camera): TrackPosesAnswer['source'] {
  if (sourceWidthPx === null || sourceHeightPx === null) return null;
  return { widthPx: sourceWidthPx, heightPx: sourceHeightPx };
}

/** Searches stored tracks and gives their poses back. */
@Injectable()
export class Playback {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** @throws AppError `invalid-input` for a malformed cursor, `not-found` for an unknown camera. */
  async tracks(query: TracksQuery): Promise<TracksAnswer> {
    const { cursor, limit, ...filter } = query;
    if (query.cameraId !== undefined) await this.camera(query.cameraId);
    const { rows, nextCursor, total } = await listTracks(this.parts.database, filter, { cursor, limit });
    return { tracks: rows.map(view), nextCursor, total };
  }

  /** The poses of one track in a span of media time, both ends included; without ends, all. @throws AppError `not-found`. */
  async trackPoses(key: TrackKey, span: TrackPosesQuery): Promise<TrackPosesAnswer> {
    const { fromPtsUs = -Infinity, toPtsUs = Infinity } = span;
    const name = `${key.cameraId}/${key.epoch}/${key.trackNo}`;
    found(await findTrack(this.parts.database, key), 'track', name);
    const camera = await this.camera(key.cameraId);
    const segments = (await trackSegments(this.parts.database, key)).filter(
      ({ startPtsUs, endPtsUs }) => startPtsUs <= toPtsUs && endPtsUs >= fromPtsUs,
    );
    const poses = segments.flatMap(posesOf).filter(({ ptsUs }) => ptsUs >= fromPtsUs && ptsUs <= toPtsUs);
    return { source: sourceOf(camera), poses };
  }

  /** Poses of all tracks of a camera in a span of media time, both ends included. @throws AppError `not-found`. */
  async poses(cameraId: string, query: PosesQuery): Promise<PlaybackAnswer> {
    const { epoch, fromPtsUs, toPtsUs } = query;
    const camera = await this.camera(cameraId);
    const tracks = new Map<number, StoredPose[]>();
    for (const segment of await segmentsBetween(this.parts.database, { cameraId, epoch }, query)) {
      const inside = posesOf(segment).filter((pose) => pose.ptsUs >= fromPtsUs && pose.ptsUs <= toPtsUs);
      const known = tracks.get(segment.trackNo);
      if (known !== undefined) known.push(...inside);
      else if (inside.length > 0) tracks.set(segment.trackNo, inside);
    }
    return { source: sourceOf(camera), tracks: [...tracks].map(([trackNo, poses]) => ({ trackNo, poses })) };
  }

  /** The recorded file that holds a moment of a live camera. @throws AppError `not-found`. */
  async recording(cameraId: string, query: RecordingQuery): Promise<Recording & { readonly dataDir: string }> {
    const { epoch, ptsUs } = query;
    const camera = await this.camera(cameraId);
    const dataDir = path.resolve(this.parts.settings.POSEWATCH_DATA_DIR);
    const folder = path.join(dataDir, 'recordings', camera.id, String(epoch));
    const recording = await findRecording(folder, ptsUs);
    if (recording !== null) return { ...recording, dataDir };
    throw new AppError(
      'not-found',
      `Nothing was recorded of ${camera.name} at ${ptsUs} µs of epoch ${epoch}, or it was swept.`,
      {
        details: { epoch, ptsUs },
      },
    );
  }

  private async camera(id: string): Promise<Camera> {
    return found(await cameraById(this.parts.database, id), 'camera', id);
  }
}
