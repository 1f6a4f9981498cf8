import { z } from 'zod';
import { plainText } from './common.js';

/** Shortest password that a person may choose. */
const SHORTEST_PASSWORD = 10;

const userName = plainText.trim().min(1).max(100);
const role = z.enum(['admin', 'viewer']);

export const loginInput = z
  .strictObject({ name: plainText.min(1).max(100), password: z.string().min(1).max(1000) })
  .meta({ id: 'LoginInput' });

export type LoginInput = z.infer<typeof loginInput>;

export const userView = z.object({ id: z.string(), name: z.string(), role }).meta({ id: 'User' });

export type UserView = z.infer<typeof userView>;

export const sessionAnswer = z.object({ user: userView }).meta({ id: 'SessionAnswer' });

export type SessionAnswer = z.infer<typeof sessionAnswer>;

export const passwordChange = z
  .strictObject({
    current: z.string().min(1).max(1000),
    next: z.string().min(SHORTEST_PASSWORD, `must have at least ${SHORTEST_PASSWORD} characters`).max(1000),
  })
  .meta({ id: 'PasswordChange' });

export type PasswordChange = z.infer<typeof passwordChange>;

export const usersAnswer = z.object({ users: z.array(userView) }).meta({ id: 'UsersAnswer' });

export type UsersAnswer = z.infer<typeof usersAnswer>;

export const userInput = z.strictObject({ name: userName, role }).meta({ id: 'UserInput' });

export type UserInput = z.infer<typeof userInput>;

export const userLogin = z
  .object({
    user: userView,
    /** Made by the server and told this once; only a hash of it is kept. */
    password: z.string(),
  })
  .meta({ id: 'UserLogin' });

export type UserLogin = z.infer<typeof userLogin>;
