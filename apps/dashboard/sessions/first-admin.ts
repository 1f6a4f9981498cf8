import type { Random } from '#base/random.js';
import { newId } from '#base/ids.js';
import { hashPassword } from '#security/passwords.js';
import { newPassword, secureRandom } from '#security/random.js';
import type { Database } from '#storage/database.js';
import { createFirstUser, hasUsers, saveUser } from '#storage/users.js';

const NAME = 'admin';

/** A name and password that can be told once: only a hash is stored. */
export interface Login {
  readonly name: string;
  readonly password: string;
}

/** Creates the first administrator; null when somebody has an account already. Safe to call at every start. */
export async function ensureAdmin(database: Database, random: Random = secureRandom): Promise<Login | null> {
  if (await hasUsers(database)) return null;
  const login = { name: NAME, password: newPassword() };
  const passwordHash = await hashPassword(login.password);
  const created = await createFirstUser(database, {
    id: newId('usr', random),
    name: NAME,
    passwordHash,
    role: 'admin',
  });
  return created ? login : null;
}

/** Gives the administrator a new password, and creates them where they are missing. Their logins end. */
export async function resetAdmin(database: Database, random: Random = secureRandom): Promise<Login> {
  const login = { name: NAME, password: newPassword() };
  const passwordHash = await hashPassword(login.password);
  await saveUser(database, { id: newId('usr', random), name: NAME, passwordHash, role: 'admin' });
  return login;
}
