import 'reflect-metadata';
import os from 'node:os';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { systemClock } from '#base/clock.js';
import { asAppError } from '#base/errors.js';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { modelById, readManifest } from '#onnx/manifest.js';
import { modelPath } from '#onnx/registry.js';
import { openSessionPool } from '#onnx/session-pool.js';
import { InferenceModule } from './inference.module.js';

/** The inference service: from frames to poses, until SIGTERM or SIGINT. */
const STOP_MS = 4000;

const settings = readSettings(process.env);
const log = createLogger({ service: 'inference', level: settings.POSEWATCH_LOG_LEVEL });
const manifest = await readManifest(path.resolve(import.meta.dirname, '../../../models/manifest.json'));
const model = modelById(manifest, settings.POSEWATCH_MODEL);
const pool = await openSessionPool({
  workerUrl: new URL('../../libs/onnx/worker.js', import.meta.url),
  modelPath: modelPath(settings.POSEWATCH_MODELS_DIR, model),
  model,
  providers: settings.POSEWATCH_PROVIDERS.split(',').map((name) => name.trim()),
  sessions: settings.POSEWATCH_SESSIONS,
  cores: os.availableParallelism(),
  log,
}).catch((problem: unknown): never => {
  log.fatal({ problem: asAppError(problem).message }, 'inference cannot start');
  process.exit(1);
});
const instance = `${os.hostname()}-${process.pid}`;
const app = await NestFactory.createApplicationContext(
  InferenceModule.over({ settings, pool, clock: systemClock, log, instance }),
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes a plain object.
  { logger: false },
);
app.enableShutdownHooks();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    // Whatever hangs is left behind: an unfinished message is delivered again.
    setTimeout(() => process.exit(0), STOP_MS).unref();
  });
