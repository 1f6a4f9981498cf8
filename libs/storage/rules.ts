import type { RuleKind } from '#contracts/behavior-detected.js';
import type { Database } from './database.js';
import type { Rule } from './generated/client.js';

/** A stored rule. `cameraId` null: every camera; `zoneId` null: the whole picture; `params`: see `ruleDescriptions`. */
export interface StoredRule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly name: string;
  readonly cameraId: string | null;
  readonly zoneId: string | null;
  readonly params: Record<string, number>;
  readonly enabled: boolean;
}

// Only this file writes rules, and the API has checked kind and params.
const stored = (row: Rule): StoredRule => ({
  id: row.id,
  kind: row.kind as RuleKind,
  name: row.name,
  cameraId: row.cameraId,
  zoneId: row.zoneId,
  params: row.params as Record<string, number>,
  enabled: row.enabled,
});

/** Rules that are not deleted, oldest first. Rules of a deleted camera are left out. */
export async function listRules(database: Database): Promise<StoredRule[]> {
  const rows = await database.rule.findMany({
    where: { deletedAt: null, OR: [{ cameraId: null }, { camera: { deletedAt: null } }] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(stored);
}

/** One rule that is not deleted; null when there is none. */
export async function findRule(database: Database, id: string): Promise<StoredRule | null> {
  const row = await database.rule.findFirst({ where: { id, deletedAt: null } });
  return row === null ? null : stored(row);
}

/** Stores a new rule. */
export async function createRule(database: Database, rule: StoredRule): Promise<StoredRule> {
  return stored(await database.rule.create({ data: rule }));
}

/** Changes the given fields of a rule; null when there is none. */
export async function changeRule(
  database: Database,
  id: string,
  change: Partial<Omit<StoredRule, 'id' | 'kind'>>,
): Promise<StoredRule | null> {
  const { count } = await database.rule.updateMany({ where: { id, deletedAt: null }, data: change });
  return count === 0 ? null : findRule(database, id);
}

/** Hides a rule (`deletedAtMs` a time) or shows it again (null); null when it is not in the other state. */
export async function hideRule(database: Database, id: string, deletedAtMs: number | null): Promise<StoredRule | null> {
  const where = { id, deletedAt: deletedAtMs === null ? { not: null } : null };
  const deletedAt = deletedAtMs === null ? null : new Date(deletedAtMs);
  const { count } = await database.rule.updateMany({ where, data: { deletedAt } });
  if (count === 0) return null;
  return stored(await database.rule.findUniqueOrThrow({ where: { id } }));
}
