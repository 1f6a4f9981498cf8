import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { rememberedPort } from './ports.js';
import type { ProcessSpec } from './service-process.js';

/** A private database server, ready to be kept running. */
export interface PrivateServer {
  readonly url: string;
  readonly spec: ProcessSpec;
  /** Resolves when it answers; throws otherwise. */
  readonly ready: () => Promise<void>;
}

/** Where the server of one folder listens, and its password. */
export interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

const addressFile = z.object({ port: z.number().int(), password: z.string().min(1) });

/** The address in `folder/address.json`: kept across starts, except for a port that somebody else has taken since. */
export async function rememberedAddress(folder: string): Promise<ServerAddress> {
  const file = path.join(folder, 'address.json');
  const known = readJsonFile(file, addressFile);
  const address = {
    port: await rememberedPort(known?.port ?? null),
    password: known?.password ?? randomBytes(24).toString('hex'),
  };
  writeJsonFile(file, address);
  return address;
}
