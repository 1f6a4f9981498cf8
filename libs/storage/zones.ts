import type { Database } from './database.js';
import type { Zone } from './generated/client.js';

/** A stored zone; `polygon`: corners [xNorm, yNorm], 0..1 of the source picture. */
export interface StoredZone {
  readonly id: string;
  readonly cameraId: string;
  readonly name: string;
  readonly polygon: [number, number][];
}

// Only this file writes polygons, and the API has checked them.
const stored = ({ id, cameraId, name, polygon }: Zone): StoredZone => ({
  id,
  cameraId,
  name,
  polygon: polygon as [number, number][],
});

/** Zones of one camera, without deleted ones, by name. */
export async function listZones(database: Database, cameraId: string): Promise<StoredZone[]> {
  const rows = await database.zone.findMany({
    where: { cameraId, deletedAt: null },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  return rows.map(stored);
}

/** One zone that is not deleted; null when there is none. */
export async function findZone(database: Database, id: string): Promise<StoredZone | null> {
  const row = await database.zone.findFirst({ where: { id, deletedAt: null } });
  return row === null ? null : stored(row);
}

/** Stores a new zone. */
export async function createZone(database: Database, zone: StoredZone): Promise<StoredZone> {
  return stored(await database.zone.create({ data: { ...zone, polygon: zone.polygon } }));
}

/** Changes the given fields of a zone; null when there is none. */
export async function changeZone(
  database: Database,
  id: string,
  change: { readonly name?: string; readonly polygon?: [number, number][] },
): Promise<StoredZone | null> {
  const { count } = await database.zone.updateMany({ where: { id, deletedAt: null }, data: { ...change } });
  return count === 0 ? null : findZone(database, id);
}

/** Hides a zone (`deletedAtMs` a time) or shows it again (null); null when it is not in the other state. */
export async function hideZone(database: Database, id: string, deletedAtMs: number | null): Promise<StoredZone | null> {
  const where = { id, deletedAt: deletedAtMs === null ? { not: null } : null };
  const deletedAt = deletedAtMs === null ? null : new Date(deletedAtMs);
  const { count } = await database.zone.updateMany({ where, data: { deletedAt } });
  if (count === 0) return null;
  return stored(await database.zone.findUniqueOrThrow({ where: { id } }));
}
