import { AppError } from '#base/errors.js';
import type { ProfileName } from '#pose/profile.js';
import type { Database } from './database.js';
import type { Camera, Prisma, Video } from './generated/client.js';

/** An uploaded file with its camera row, which has the same id. */
export type StoredVideo = Video & { readonly camera: Camera };

/** `queued` → `analysing` → `done`, `failed` or `cancelled`. */
export type VideoStatus = 'queued' | 'analysing' | 'done' | 'failed' | 'cancelled';

const withCamera = { camera: true } as const;

/** A file that lies at `path` and waits to be analysed. */
export interface NewVideo {
  readonly id: string;
  /** As the user named it. */
  readonly fileName: string;
  readonly path: string;
  readonly bytes: number;
  /** Wall clock of media time 0; default 0. */
  readonly startedAtMs?: number;
  /** Analysis rate; 0: every frame. Default 10. */
  readonly fps?: number;
  /** Default `fast`. */
  readonly profile?: ProfileName;
  readonly modelId?: string | null;
  /** Still scenes are not analysed but for a heartbeat. Default false. */
  readonly motionGate?: boolean;
}

/** Stores a new file together with its camera of kind `video`. */
export async function createVideo(db: Database, video: NewVideo): Promise<StoredVideo> {
  const { id, fileName, path, bytes, startedAtMs = 0, fps = 10 } = video;
  const { profile = 'fast', modelId = null, motionGate = false } = video;
  return db.video.create({
    data: {
      fileName,
      path,
      bytes,
      startedAtMs,
      camera: { create: { id, name: fileName, kind: 'video', fps, profile, modelId, motionGate } },
    },
    include: withCamera,
  });
}

/** Null when there is none or it was removed. */
export async function videoById(db: Database, id: string): Promise<StoredVideo | null> {
  return db.video.findFirst({ where: { cameraId: id, camera: { deletedAt: null } }, include: withCamera });
}

/** All files that are not removed, newest first. */
export async function listVideos(db: Database): Promise<readonly StoredVideo[]> {
  return db.video.findMany({
    where: { camera: { deletedAt: null } },
    include: withCamera,
    orderBy: [{ createdAt: 'desc' }, { cameraId: 'desc' }],
  });
}

/** Files that were queued or under way when their ingest process ended, oldest first: to be queued again at start. */
export async function unfinishedVideos(db: Database): Promise<readonly StoredVideo[]> {
  return db.video.findMany({
    where: { status: { in: ['queued', 'analysing'] }, camera: { deletedAt: null } },
    include: withCamera,
    orderBy: { createdAt: 'asc' },
  });
}

/**
 * Moves a file on. A file that is finished stays as it is: returns false then, and when there is no such file.
 * `problem`: what is wrong, for a person. `at` becomes `finishedAt` with the last three statuses.
 */
export async function setVideoStatus(
  db: Database,
  id: string,
  to: { readonly status: VideoStatus; readonly problem?: string | null; readonly at: Date },
): Promise<boolean> {
  const { status, problem = null, at } = to;
  const finishedAt = status === 'queued' || status === 'analysing' ? null : at;
  const { count } = await db.video.updateMany({
    where: { cameraId: id, status: { in: ['queued', 'analysing'] } },
    data: { status, problem, finishedAt },
  });
  return count > 0;
}

/** Facts about a file that probing or decoding brought up; only the given ones change. @throws AppError `not-found`. */
export async function setVideoFacts(
  db: Database,
  id: string,
  facts: Partial<Pick<Video, 'frameCount' | 'codec' | 'isImage' | 'playbackPath'>> & {
    readonly durationUs?: number | null;
  },
): Promise<void> {
  const { durationUs, ...plain } = facts;
  const data: Prisma.VideoUpdateManyMutationInput = { ...plain };
  if (durationUs !== undefined) data.durationUs = durationUs;
  const { count } = await db.video.updateMany({ where: { cameraId: id }, data });
  if (count === 0) throw new AppError('not-found', `There is no video ${id}.`, { details: { cameraId: id } });
}
