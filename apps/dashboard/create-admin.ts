import { parseArgs } from 'node:util';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { openDatabase } from '#storage/database.js';
import { ensureAdmin, resetAdmin } from './sessions/first-admin.js';

/**
 * Makes the first administrator and prints the login once: `node create-admin.js [--json] [--reset]`. With `--json` one object:
 * `{created, name, password}`, the last two null when somebody has an account already. `--reset` gives a new password.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean' }, reset: { type: 'boolean' } } });
const log = createLogger({ service: 'create-admin', level: 'silent' });
// eslint-disable-next-line no-restricted-syntax -- a program of its own, as `main.ts` is.
const database = await openDatabase(readSettings(process.env).DATABASE_URL, log);
const login = values.reset === true ? await resetAdmin(database) : await ensureAdmin(database);
await database.$disconnect();
const answer = { created: login !== null, name: login?.name ?? null, password: login?.password ?? null };
const sentence = login === null ? 'There is an account already.' : `Log in as ${login.name} with ${login.password}`;
process.stdout.write(`${values.json === true ? JSON.stringify(answer) : sentence}\n`);
