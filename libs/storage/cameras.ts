import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import type { ProfileName } from '#pose/profile.js';
import type { Database } from './database.js';
import type { Camera } from './generated/client.js';

export type { Camera } from './generated/client.js';

/** What a person may set on a live camera. `url` is without, `credentials` the sealed user and password; null: none. */
export interface CameraFields {
  readonly name: string;
  readonly url: string;
  readonly credentials: string | null;
  readonly enabled: boolean;
  /** Frames a second that are analysed; 0: every frame. */
  readonly fps: number;
  readonly profile: ProfileName;
  /** More analysis pixels, for small people in a wide view. */
  readonly wide: boolean;
  /** A still scene is not analysed but for a heartbeat. */
  readonly motionGate: boolean;
  /** Registry id of a model instead of the profile's own pose model; null: the profile's own. */
  readonly modelId: string | null;
  readonly privacy: 'full' | 'pose-only';
  /** Place on the wall, from 0. */
  readonly position: number;
}

/** Live cameras that are not removed, in their order on the wall. */
export async function listCameras(db: Database): Promise<readonly Camera[]> {
  return db.camera.findMany({
    where: { kind: 'live', deletedAt: null },
    orderBy: [{ position: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
  });
}

/** A camera of either kind; null when there is none or it was removed. */
export async function cameraById(db: Database, id: string): Promise<Camera | null> {
  return db.camera.findFirst({ where: { id, deletedAt: null } });
}

/** A new live camera, last on the wall unless a position is given. */
export async function createCamera(
  db: Database,
  id: string,
  fields: Partial<CameraFields> & Pick<CameraFields, 'name' | 'url'>,
): Promise<Camera> {
  const last = await db.camera.aggregate({ where: { kind: 'live', deletedAt: null }, _max: { position: true } });
  return db.camera.create({ data: { position: (last._max.position ?? -1) + 1, ...fields, id, kind: 'live' } });
}

/** Changes the given fields only. @throws AppError `not-found`. */
export async function updateCamera(db: Database, id: string, fields: Partial<CameraFields>): Promise<Camera> {
  const changed = await db.camera.updateManyAndReturn({ where: { id, deletedAt: null }, data: { ...fields } });
  return found(changed, id);
}

/** Takes a camera away; its tracks stay and `restoreCamera` brings it back. @throws AppError `not-found`. */
export async function removeCamera(db: Database, id: string, at: Date): Promise<Camera> {
  return found(await db.camera.updateManyAndReturn({ where: { id, deletedAt: null }, data: { deletedAt: at } }), id);
}

/** Brings a removed camera back. @throws AppError `not-found` when it never was or was swept. */
export async function restoreCamera(db: Database, id: string): Promise<Camera> {
  return found(await db.camera.updateManyAndReturn({ where: { id }, data: { deletedAt: null } }), id);
}

/** Deletes cameras of either kind that were removed before `before`, with all that belongs to them; returns their ids. */
export async function sweepRemovedCameras(db: Database, before: Date): Promise<readonly string[]> {
  const gone = await db.camera.findMany({ where: { deletedAt: { lt: before } }, select: { id: true } });
  const ids = gone.map((camera) => camera.id);
  await db.camera.deleteMany({ where: { id: { in: ids } } });
  return ids;
}

/** Starts a new epoch in one step, so that two processes never get the same one. @throws AppError `not-found`. */
export async function nextEpoch(db: Database, id: string): Promise<number> {
  const rows = await db.$queryRaw<{ epoch: number }[]>`
    UPDATE "Camera" SET "epoch" = "epoch" + 1 WHERE "id" = ${id} RETURNING "epoch"`;
  return found(rows, id).epoch;
}

/** Remembers the size of the camera's own picture. */
export async function setSourceSize(db: Database, id: string, size: Size): Promise<void> {
  const { widthPx, heightPx } = size;
  await db.camera.updateMany({ where: { id }, data: { sourceWidthPx: widthPx, sourceHeightPx: heightPx } });
}

function found<T>(rows: readonly T[], id: string): T {
  const row = rows.at(0);
  if (row === undefined) throw new AppError('not-found', `There is no camera ${id}.`, { details: { cameraId: id } });
  return row;
}
