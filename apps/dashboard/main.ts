import 'reflect-metadata';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { readSettings } from '#config/settings.js';
import { serviceKey } from '#contracts/channels.js';
import { openHeartbeat } from './system/own-heartbeat.js';
import { createLogger } from '#observability/logger.js';
import { openParts } from './open-parts.js';
import { startDashboard } from './server.js';

/** The dashboard service: opens what it needs, answers until SIGTERM or SIGINT, closes in reverse order. */
const settings = readSettings(process.env);
const log = createLogger({ service: 'dashboard', level: settings.POSEWATCH_LOG_LEVEL });
const { parts, close: closeParts } = await openParts({
  settings,
  log,
  pageDir: path.resolve(import.meta.dirname, '../../web'),
  modelsManifest: path.resolve(import.meta.dirname, '../../../models/manifest.json'),
  dryRunWorker: new URL('../../libs/onnx/dry-run-worker.js', import.meta.url),
  importWorker: new URL('videos/import-worker.js', import.meta.url),
});
const dashboard = await startDashboard(parts, { host: settings.POSEWATCH_HOST, port: settings.POSEWATCH_PORT });
const instance = `${os.hostname()}-${process.pid}`;
const stopHeartbeat = openHeartbeat(parts, { instance, key: serviceKey('dashboard', instance), clock: systemClock });
log.info({ event: 'dashboard.ready', address: dashboard.url }, `the dashboard answers at ${dashboard.url}`);

let ending = false;
const end = (signal: NodeJS.Signals): void => {
  if (ending) return;
  ending = true;
  log.info({ event: 'dashboard.ending', signal }, 'ending');
  // Whatever hangs is left behind: nothing is lost by it, and the supervisor waits five seconds.
  setTimeout(() => process.exit(0), 4000).unref();
  stopHeartbeat();
  dashboard
    .close()
    .then(closeParts)
    .then(
      () => process.exit(0),
      (problem: unknown) => {
        log.error({ event: 'dashboard.end-failed', err: problem }, 'could not end properly');
        process.exit(1);
      },
    );
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
