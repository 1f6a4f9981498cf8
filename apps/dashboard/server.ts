import type { AddressInfo } from 'node:net';
import os from 'node:os';
import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { authenticate, mayReadMetrics } from './api/authenticate.js';
import { describeApi } from './api/openapi.js';
import { servePage } from './api/page.js';
import { protectiveHeaders } from './api/protection.js';
import { MinuteKeeper } from './cameras/minute-keeper.js';
import { DashboardModule } from './dashboard.module.js';
import { LiveCameras } from './live/live-cameras.js';
import { SocketServer } from './live/socket-server.js';
import { UpdatesHub } from './live/updates-hub.js';
import { nestLog } from './nest-log.js';
import type { Parts } from './parts.js';
import { SessionDesk } from './sessions/session-desk.js';
import { SystemDesk } from './system/system-desk.js';
import { startSweeper } from './videos/sweeper.js';

/** Largest JSON body; the largest real one is a zone of 64 corners. */
const LARGEST_JSON = '256kb';
/** Paths under /api whose body is a file. */
const UPLOADS = /^\/(videos|imports|model-drafts|models\/[^/]+\/file)$/;
const KEEP_ALIVE_MS = 75_000;

/** A dashboard that answers. */
export interface RunningDashboard {
  /** Such as `http://127.0.0.1:8420`. */
  readonly url: string;
  /** Ends all connections, browsers included. The parts stay open. */
  readonly close: () => Promise<void>;
}

/** Starts HTTP, WebSocket and the sweeper over open parts. `port` 0 takes a free one. */
export async function startDashboard(
  parts: Parts,
  where: { readonly host: string; readonly port: number },
): Promise<RunningDashboard> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- options are declared as a class.
  const app = await NestFactory.create<NestExpressApplication>(DashboardModule.over(parts), {
    bodyParser: false,
    forceCloseConnections: true,
    logger: nestLog(parts.log),
  });
  const sessions = app.get(SessionDesk);
  useMiddleware(app, parts, sessions);
  const system = app.get(SystemDesk);
  const minutes = new MinuteKeeper(parts, {
    instance: `${os.hostname()}-${process.pid}-${parts.random()}`,
    readHealth: () => system.cameras(),
  });
  const hub = new UpdatesHub(parts, system, minutes);
  const live = new LiveCameras(parts);
  const sockets = new SocketServer(parts, { sessions, hub, live });
  await app.listen(where.port, where.host);
  const http = app.getHttpServer();
  // A long upload over a slow line is no attack; a request whose headers do not come is.
  http.requestTimeout = 0;
  // Longer than browsers and proxies keep an idle connection, so that it is never the server that closes one being used again.
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  sockets.listen(http);
  await hub.open();
  const stopSweeper = startSweeper(parts);
  const stopMinutes = minutes.start();
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://${where.host.includes(':') ? `[${where.host}]` : where.host}:${port}`,
    close: async () => {
      stopSweeper();
      stopMinutes();
      sockets.close();
      hub.close();
      await live.close();
      await app.close();
    },
  };
}

function useMiddleware(app: NestExpressApplication, parts: Parts, sessions: SessionDesk): void {
  app.disable('x-powered-by');
  app.use(protectiveHeaders());
  app.use(countRequests(parts));
  app.use(
    '/metrics',
    mayReadMetrics((token) => sessions.findUser(token)),
  );
  app.use(
    '/api',
    noStore,
    authenticate((token) => sessions.findUser(token)),
  );
  app.use('/api', jsonBodies());
  app.use(...servePage(parts.pageDir));
  SwaggerModule.setup('api/docs', app, () => describeApi(app), { customSiteTitle: 'Posewatch API' });
}

/** Parses JSON bodies. That of an upload is a file, whatever type the browser gives it. */
function jsonBodies(): RequestHandler {
  const isUpload = ({ method, url = '' }: IncomingMessage): boolean =>
    method === 'POST' && UPLOADS.test(url.split('?', 1)[0]);
  const type = (request: IncomingMessage): boolean =>
    /^application\/json\b/i.test(request.headers['content-type'] ?? '') && !isUpload(request);
  return express.json({ limit: LARGEST_JSON, strict: true, type });
}

function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('cache-control', 'no-store');
  next();
}

function countRequests({ metrics }: Parts) {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.once('finish', () => {
      metrics.requests.inc({ method: request.method, status: String(response.statusCode) });
    });
    next();
  };
}
