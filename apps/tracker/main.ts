import 'reflect-metadata';
import os from 'node:os';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { systemClock } from '#base/clock.js';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { openDatabase } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { TrackerModule } from './tracker.module.js';

/** The tracker service: from poses to stored tracks and alerts, until SIGTERM or SIGINT. */
const STOP_MS = 4000;

const settings = readSettings(process.env);
const log = createLogger({ service: 'tracker', level: settings.POSEWATCH_LOG_LEVEL });
await migrate(settings.DATABASE_URL, path.resolve(import.meta.dirname, '../../../prisma/migrations'), log);
const database = await openDatabase(settings.DATABASE_URL, log);
const instance = `${os.hostname()}-${process.pid}`;
const app = await NestFactory.createApplicationContext(
  TrackerModule.over({ settings, database, clock: systemClock, log, instance }),
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes a plain object.
  { logger: false },
);
app.enableShutdownHooks();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    // Whatever hangs is left behind: an unfinished message is delivered again.
    setTimeout(() => process.exit(0), STOP_MS).unref();
  });
