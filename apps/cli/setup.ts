import path from 'node:path';
import { asAppError } from '#base/errors.js';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { migrate } from '#storage/migrate.js';
import { firstLogin } from './internal/first-login.js';
import { installRoot } from './internal/install-root.js';
import { ensureModel } from './internal/models.js';

/**
 * What has to be done once before the services start where no supervisor does it (containers): waits for PostgreSQL, brings it to
 * the newest schema, pulls the model and prints the first login. Safe to run again.
 */
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const stopping = new AbortController();
process.on('SIGTERM', () => {
  stopping.abort();
});

try {
  const settings = readSettings(process.env);
  const { DATABASE_URL, POSEWATCH_MODEL: id, POSEWATCH_MODELS_DIR: modelsDir, POSEWATCH_LOG_LEVEL: level } = settings;
  const log = createLogger({ service: 'setup', level });
  const applied = await migrate(DATABASE_URL, path.join(installRoot(), 'prisma', 'migrations'), log);
  say(applied.length === 0 ? 'database schema is up to date' : `database schema: applied ${applied.join(', ')}`);
  await ensureModel({ id, modelsDir, from: null, onProgress: say, signal: stopping.signal });
  say(`model ${id} is in ${modelsDir}`);
  const login = await firstLogin(process.env);
  say(login === null ? 'there is an account already' : `first login: name ${login.name}, password ${login.password}`);
} catch (problem) {
  process.stderr.write(`setup: ${asAppError(problem).message}\n`);
  process.exitCode = 1;
}
