import 'reflect-metadata';
import os from 'node:os';
import path from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { systemClock } from '#base/clock.js';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { secureRandom } from '#security/random.js';
import { openSecretBox } from '#security/secret-box.js';
import { openDatabase } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { IngestService, type IngestServiceParts } from './ingest.service.js';
import { INGEST_PARTS } from './tokens.js';

const STOP_MS = 4500;

@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the framework's shape of a module.
class IngestModule {
  static with(parts: IngestServiceParts): DynamicModule {
    return { module: IngestModule, providers: [{ provide: INGEST_PARTS, useValue: parts }, IngestService] };
  }
}

const settings = readSettings(process.env);
const log = createLogger({ service: 'ingest', level: settings.POSEWATCH_LOG_LEVEL });
const migrations = path.resolve(import.meta.dirname, '../../../prisma/migrations');
await migrate(settings.DATABASE_URL, migrations, log);
const database = await openDatabase(settings.DATABASE_URL, log);
const parts: IngestServiceParts = {
  ...{ settings, database, log, clock: systemClock, random: secureRandom },
  secretBox: openSecretBox(settings.POSEWATCH_DATA_DIR),
  instance: `${os.hostname()}-${process.pid}`,
};
// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes a plain object.
const app = await NestFactory.createApplicationContext(IngestModule.with(parts), { logger: false });
app.enableShutdownHooks();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    // Whatever hangs is left behind: an unfinished file is handed out again, a lease runs out by itself.
    setTimeout(() => process.exit(0), STOP_MS).unref();
  });
