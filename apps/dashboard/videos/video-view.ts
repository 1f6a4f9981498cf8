import { importFormats } from '#evaluation/imports/imported-sequence.js';
import { profileOf } from '#pose/profile.js';
import type { StoredVideo, VideoStatus } from '#storage/videos.js';
import type { VideoView } from '../api/schemas/videos.js';

/** A video as the API shows it. */
export function videoViewOf(row: StoredVideo): VideoView {
  return {
    id: row.cameraId,
    name: row.fileName,
    bytes: Number(row.bytes),
    status: row.status as VideoStatus,
    problem: row.problem,
    frameCount: row.frameCount,
    framesDone: row.framesDone,
    dropped: row.dropped as Record<string, number>,
    durationUs: row.durationUs === null ? null : Number(row.durationUs),
    isImage: row.isImage,
    origin: importFormats.find((format) => format === row.origin) ?? 'recording',
    hasPicture: row.path !== '',
    frameRate: row.frameRate,
    profile: profileOf(row.camera.profile),
    modelId: row.camera.modelId,
    startedAtMs: row.startedAtMs,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    sourceWidthPx: row.camera.sourceWidthPx,
    sourceHeightPx: row.camera.sourceHeightPx,
  };
}
