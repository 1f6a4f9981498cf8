import { AppError } from '#base/errors.js';
import type { Database } from './database.js';
import { Prisma, type User } from './generated/client.js';

export type Role = 'admin' | 'viewer';

/** A user as the rest of the program knows them; without the password's hash. */
export interface KnownUser {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

const known = ({ id, name, role }: User): KnownUser => ({ id, name, role: role === 'admin' ? 'admin' : 'viewer' });

/** Somebody has an account. */
export async function hasUsers(database: Database): Promise<boolean> {
  return (await database.user.count({ take: 1 })) > 0;
}

/** A user with the hash of their password; null when nobody has that name. */
export async function findLogin(
  database: Database,
  name: string,
): Promise<{ readonly user: KnownUser; readonly passwordHash: string } | null> {
  const row = await database.user.findUnique({ where: { name } });
  return row === null ? null : { user: known(row), passwordHash: row.passwordHash };
}

/** A new account, or for a name that exists a new password and role; whoever was logged in under that name no longer is. */
export async function saveUser(
  database: Database,
  user: { readonly id: string; readonly name: string; readonly passwordHash: string; readonly role: Role },
): Promise<KnownUser> {
  const { name, passwordHash, role } = user;
  return database.$transaction(async (transaction) => {
    const row = await transaction.user.upsert({ where: { name }, create: user, update: { passwordHash, role } });
    await transaction.session.deleteMany({ where: { userId: row.id } });
    return known(row);
  });
}

/** Creates the account unless somebody has one; true when it was created. Of two callers at once, one gets true. */
export async function createFirstUser(
  database: Database,
  user: { readonly id: string; readonly name: string; readonly passwordHash: string; readonly role: Role },
): Promise<boolean> {
  if (await hasUsers(database)) return false;
  return (await database.user.createMany({ data: [user], skipDuplicates: true })).count === 1;
}

/** Remembers a login, and forgets those of the same user that have run out. */
export async function openSession(
  database: Database,
  session: {
    readonly tokenHash: string;
    readonly userId: string;
    readonly expiresAtMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  const { tokenHash, userId, expiresAtMs, nowMs } = session;
  await database.session.deleteMany({ where: { userId, expiresAt: { lt: new Date(nowMs) } } });
  await database.session.create({ data: { tokenHash, userId, expiresAt: new Date(expiresAtMs) } });
}

/** Who a session belongs to and when it ends; null when there is none or it has run out. */
export async function findSession(
  database: Database,
  session: { readonly tokenHash: string; readonly nowMs: number },
): Promise<{ readonly user: KnownUser; readonly expiresAtMs: number } | null> {
  const row = await database.session.findUnique({
    where: { tokenHash: session.tokenHash },
    include: { user: true },
  });
  if (row === null || row.expiresAt.getTime() <= session.nowMs) return null;
  return { user: known(row.user), expiresAtMs: row.expiresAt.getTime() };
}

/** Ends a login; nothing happens when there is none. */
export async function closeSession(database: Database, tokenHash: string): Promise<void> {
  await database.session.deleteMany({ where: { tokenHash } });
}

/** Everybody who has an account, by name. */
export async function listUsers(database: Database): Promise<readonly KnownUser[]> {
  return (await database.user.findMany({ orderBy: { name: 'asc' } })).map(known);
}

/** A new account. @throws AppError `conflict` when the name is taken. */
export async function addUser(
  database: Database,
  user: { readonly id: string; readonly name: string; readonly passwordHash: string; readonly role: Role },
): Promise<KnownUser> {
  const { count } = await database.user.createMany({ data: [user], skipDuplicates: true });
  if (count === 1) return { id: user.id, name: user.name, role: user.role };
  throw new AppError('conflict', `There is a user ${user.name} already.`, { details: { name: user.name } });
}

/** Another password; every login of the user ends. Null when there is no such user. */
export async function setPassword(database: Database, id: string, passwordHash: string): Promise<KnownUser | null> {
  return database.$transaction(async (transaction) => {
    const changed = await transaction.user.updateManyAndReturn({ where: { id }, data: { passwordHash } });
    await transaction.session.deleteMany({ where: { userId: id } });
    const row = changed.at(0);
    return row === undefined ? null : known(row);
  });
}

/**
 * Takes an account away, with its logins; false when there is no such user. Of two administrators who remove each other at once,
 * one stays. @throws AppError `conflict` for the last administrator.
 */
export async function removeUser(database: Database, id: string): Promise<boolean> {
  return database.$transaction(
    async (transaction) => {
      const row = await transaction.user.findUnique({ where: { id } });
      if (row === null) return false;
      const others = await transaction.user.count({ where: { role: 'admin', id: { not: id } } });
      if (row.role === 'admin' && others === 0)
        throw new AppError('conflict', `${row.name} is the last administrator and stays.`);
      await transaction.user.delete({ where: { id } });
      return true;
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.Serializable },
  );
}
