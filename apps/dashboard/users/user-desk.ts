import { Inject, Injectable } from '@nestjs/common';
import { newId } from '#base/ids.js';
import { hashPassword } from '#security/passwords.js';
import { newPassword } from '#security/random.js';
import { addUser, listUsers, removeUser, setPassword, type KnownUser } from '#storage/users.js';
import type { UserInput, UserLogin } from '../api/schemas/sessions.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';

/** Gives and takes accounts. Passwords are made here, so that none is weak; their owners can change them. */
@Injectable()
export class UserDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** Everybody who has an account, by name. */
  list(): Promise<readonly KnownUser[]> {
    return listUsers(this.parts.database);
  }

  /** @throws AppError `conflict` when the name is taken. */
  async create(input: UserInput): Promise<UserLogin> {
    const password = newPassword();
    const passwordHash = await hashPassword(password);
    const id = newId('usr', this.parts.random);
    return { user: await addUser(this.parts.database, { id, ...input, passwordHash }), password };
  }

  /** A new password; every login of the user ends. @throws AppError `not-found`. */
  async resetPassword(id: string): Promise<UserLogin> {
    const password = newPassword();
    const user = await setPassword(this.parts.database, id, await hashPassword(password));
    return { user: found(user, 'user', id), password };
  }

  /** @throws AppError `not-found`; `conflict` for the last administrator. */
  async remove(id: string): Promise<void> {
    found((await removeUser(this.parts.database, id)) || null, 'user', id);
  }
}
