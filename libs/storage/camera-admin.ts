/** Live cameras as people manage them: add, change, remove and undo. What services do with cameras is in `cameras.ts`. */
import type { Database } from './database.js';
import type { Camera } from './generated/client.js';

/** A new live camera; `credentials`: sealed, see `libs/security/secret-box.ts`. */
export interface NewCamera {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly credentials: string | null;
  readonly fps: number;
  readonly privacy: string;
}

/** What a person may change on a camera. */
export type CameraFields = Partial<
  Pick<Camera, 'name' | 'url' | 'credentials' | 'fps' | 'privacy' | 'enabled' | 'position'>
>;

/** Live cameras that are not deleted, in their order on the wall. */
export function listLiveCameras(database: Database): Promise<Camera[]> {
  return database.camera.findMany({
    where: { kind: 'live', deletedAt: null },
    orderBy: [{ position: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
  });
}

/** One live camera that is not deleted; null when there is none. */
export function findLiveCamera(database: Database, id: string): Promise<Camera | null> {
  return database.camera.findFirst({ where: { id, kind: 'live', deletedAt: null } });
}

/** A camera or video that is not deleted; null when there is none. */
export function findAnyCamera(database: Database, id: string): Promise<Camera | null> {
  return database.camera.findFirst({ where: { id, deletedAt: null } });
}

/** Adds a camera at the end of the wall; null when there are `most` already. */
export async function addCamera(database: Database, camera: NewCamera, most: number): Promise<Camera | null> {
  return database.$transaction(async (transaction) => {
    const { _count, _max } = await transaction.camera.aggregate({
      where: { kind: 'live', deletedAt: null },
      _count: true,
      _max: { position: true },
    });
    if (_count >= most) return null;
    return transaction.camera.create({ data: { ...camera, kind: 'live', position: (_max.position ?? -1) + 1 } });
  });
}

/** Changes the given fields of a live camera; null when there is none. */
export async function changeCamera(database: Database, id: string, change: CameraFields): Promise<Camera | null> {
  const { count } = await database.camera.updateMany({ where: { id, kind: 'live', deletedAt: null }, data: change });
  return count === 0 ? null : findLiveCamera(database, id);
}

/** Hides a camera or video (`deletedAtMs` a time) or shows it again (null); false when it is not in the other state. */
export async function hideCamera(
  database: Database,
  camera: { readonly id: string; readonly kind: 'live' | 'video' },
  deletedAtMs: number | null,
): Promise<boolean> {
  const where = { ...camera, deletedAt: deletedAtMs === null ? { not: null } : null };
  const deletedAt = deletedAtMs === null ? null : new Date(deletedAtMs);
  return (await database.camera.updateMany({ where, data: { deletedAt } })).count === 1;
}
