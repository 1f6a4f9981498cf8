import 'reflect-metadata';
import os from 'node:os';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { systemClock } from '#base/clock.js';
import { asAppError } from '#base/errors.js';
import { readSettings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { planOptions } from '#onnx/pipelines/plan-files.js';
import { openRegistry } from '#onnx/registry.js';
import { openSessionPool } from '#onnx/session-pool.js';
import { InferenceModule } from './inference.module.js';
import { PipelineDesk } from './pipeline-desk.js';

/** The inference service: from frames to poses, until SIGTERM or SIGINT. */
const STOP_MS = 4000;

const settings = readSettings(process.env);
const log = createLogger({ service: 'inference', level: settings.POSEWATCH_LOG_LEVEL });
const manifestFile = path.resolve(import.meta.dirname, '../../../models/manifest.json');
const stop = (problem: unknown): never => {
  log.fatal({ problem: asAppError(problem).message }, 'inference cannot start');
  process.exit(1);
};
const desk = await PipelineDesk.open({
  readManifest: () => openRegistry(settings.POSEWATCH_MODELS_DIR, manifestFile),
  defaultModelId: settings.POSEWATCH_MODEL,
  planOptions: planOptions(settings),
  clock: systemClock,
  onProblem: (problem) => {
    log.warn(problem, 'a pipeline cannot be used');
  },
}).catch(stop);
const pool = await openSessionPool({
  workerUrl: new URL('../../libs/onnx/worker.js', import.meta.url),
  first: desk.fallback(),
  providers: settings.POSEWATCH_PROVIDERS.split(',').map((name) => name.trim()),
  sessions: settings.POSEWATCH_SESSIONS,
  cores: os.availableParallelism(),
  log,
}).catch(stop);
const instance = `${os.hostname()}-${process.pid}`;
const app = await NestFactory.createApplicationContext(
  InferenceModule.over({ settings, pool, desk, clock: systemClock, log, instance }),
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes a plain object.
  { logger: false },
);
app.enableShutdownHooks();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    // Whatever hangs is left behind: an unfinished message is delivered again.
    setTimeout(() => process.exit(0), STOP_MS).unref();
  });
