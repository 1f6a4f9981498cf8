import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { startPostgres } from '#apps/cli/internal/infrastructure.js';
import { installRoot } from '#apps/cli/internal/install-root.js';
import { readJsonFile, writeJsonFile } from '#apps/cli/internal/json-file.js';
import { chosenPlaces, makePlaces } from '#apps/cli/internal/places.js';
import type { Clock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { createLogger } from '#observability/logger.js';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { inFolder } from './clips.js';
import { fillSite } from './generated-site.js';

/** What is kept beside a filled database. */
const contents = z.object({ segments: z.int(), fillSec: z.number() });

/** A database with a generated site, see generated-site.ts. */
export interface Site {
  readonly database: Database;
  /** How long it took to fill. */
  readonly fillSec: number;
}

export interface SiteOptions {
  /** The embedded PostgreSQL as `up` runs it. Null: in a folder that goes afterwards. */
  readonly folder: string | null;
  readonly segments: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets `work` use a site, which is filled where it is not there yet. A folder is laid out as `up --data` does it, so the site can be
 * looked at afterwards. @throws AppError `conflict` for a folder with something else in it.
 */
export async function withSite<T>(options: SiteOptions, work: (site: Site) => Promise<T>): Promise<T> {
  const { folder } = options;
  if (folder !== null) return inSiteFolder(path.resolve(folder), options, work);
  return inFolder((own) => inSiteFolder(path.join(own, 'site'), options, work));
}

async function inSiteFolder<T>(folder: string, options: SiteOptions, work: (site: Site) => Promise<T>): Promise<T> {
  const file = path.join(folder, 'generated-site.json');
  const known = readJsonFile(file, contents);
  if (known === null && existsSync(folder) && readdirSync(folder).length > 0)
    throw new AppError('conflict', `${folder} is not empty and holds no generated site; name another folder.`);
  if (known !== null && known.segments !== options.segments)
    throw new AppError(
      'conflict',
      `${folder} holds a site of ${known.segments} segments, not ${options.segments}; name another folder.`,
    );
  const { PATH } = options.environment;
  mkdirSync(folder, { recursive: true });
  const places = chosenPlaces(options.environment, folder);
  makePlaces(places);
  const server = await startPostgres({
    ...{ folder: places.postgres, signal: options.signal },
    env: { PATH, LANG: 'C.UTF-8', HOME: '/' },
  });
  try {
    const log = createLogger({ service: 'bench', level: 'silent' });
    await migrate(server.url, path.join(installRoot(), 'prisma', 'migrations'), log);
    const database = await openDatabase(server.url, log);
    try {
      const fillSec = known?.fillSec ?? (await filled(database, options));
      if (known === null) writeJsonFile(file, { segments: options.segments, fillSec });
      return await work({ database, fillSec });
    } finally {
      await database.$disconnect();
    }
  } finally {
    await server.stop();
  }
}

/** Seconds. */
async function filled(database: Database, { segments, clock, progress }: SiteOptions): Promise<number> {
  const fromMs = clock.monotonicMs();
  await fillSite(database, segments, progress);
  return Math.round((clock.monotonicMs() - fromMs) / 1000);
}
