import { z } from 'zod';
import { plainText } from './common.js';

export const loginInput = z
  .strictObject({ name: plainText.min(1).max(100), password: z.string().min(1).max(1000) })
  .meta({ id: 'LoginInput' });

export type LoginInput = z.infer<typeof loginInput>;

export const userView = z
  .object({ id: z.string(), name: z.string(), role: z.enum(['admin', 'viewer']) })
  .meta({ id: 'User' });

export type UserView = z.infer<typeof userView>;

export const sessionAnswer = z.object({ user: userView }).meta({ id: 'SessionAnswer' });

export type SessionAnswer = z.infer<typeof sessionAnswer>;
