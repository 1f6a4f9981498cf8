/** Takes WebSocket upgrades: who may connect, how many, and for how long. What is said then is in the hub and the relays. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { asAppError } from '#base/errors.js';
import { cameraById } from '#storage/cameras.js';
import { isSameOrigin } from '../api/authenticate.js';
import { sessionToken } from '../api/session-cookie.js';
import type { Parts } from '../parts.js';
import type { SessionDesk } from '../sessions/session-desk.js';
import { LatestSender } from './latest-sender.js';
import type { LiveCameras } from './live-cameras.js';
import { socketLimits, socketTimes, type SocketLimits } from './socket-limits.js';
import type { Listener, UpdatesHub } from './updates-hub.js';

const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;
const GOING_AWAY = 1001;

type Target = { readonly kind: 'updates' } | { readonly kind: 'live'; readonly cameraId: string };

/** What an upgrade may ask for; null for any other path. */
export function targetOf(url: string | undefined): Target | null {
  const path = (url ?? '').split('?', 1)[0];
  if (path === '/ws/updates') return { kind: 'updates' };
  const cameraId = /^\/ws\/live\/([\w-]{1,100})$/.exec(path)?.[1];
  return cameraId === undefined ? null : { kind: 'live', cameraId };
}

/** The WebSocket side of the dashboard, on the same port as the rest. */
export class SocketServer {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: socketTimes.messageBytes,
    perMessageDeflate: false,
  });
  private readonly tokens = new Map<WebSocket, string>();
  private readonly answered = new WeakSet<WebSocket>();
  private readonly limits: SocketLimits;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly parts: Parts,
    private readonly to: { readonly sessions: SessionDesk; readonly hub: UpdatesHub; readonly live: LiveCameras },
  ) {
    this.limits = socketLimits(parts.settings);
  }

  /** Starts taking upgrades of `http`. */
  listen(http: Server): void {
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      this.take(request, socket, head).catch((problem: unknown) => {
        this.parts.log.warn({ event: 'socket.failed', err: problem }, 'an upgrade failed');
        refuse(
          socket,
          asAppError(problem).kind === 'unavailable' ? '503 Service Unavailable' : '500 Internal Server Error',
        );
      });
    });
    this.timers.push(
      setInterval(() => {
        this.pingAll();
      }, socketTimes.pingMs),
      setInterval(() => {
        this.checkLogins().catch(() => undefined);
      }, socketTimes.loginCheckMs),
    );
  }

  /** Tells every browser to come back later. */
  close(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    for (const socket of this.server.clients) {
      socket.close(GOING_AWAY);
      socket.terminate();
    }
    this.server.close();
  }

  private async take(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const target = targetOf(request.url);
    const refusal = target === null ? '404 Not Found' : await this.refusalOf(request, target);
    if (target === null || refusal !== null) {
      refuse(socket, refusal ?? '404 Not Found');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (connection) => {
      this.tokens.set(connection, sessionToken(request.headers.cookie) ?? '');
      this.answered.add(connection);
      this.attach(connection, target);
    });
  }

  private async refusalOf(request: IncomingMessage, target: Target): Promise<string | null> {
    if (!isSameOrigin(request.headers)) return '403 Forbidden';
    const token = sessionToken(request.headers.cookie);
    if (token === null || (await this.to.sessions.findUser(token)) === null) return '401 Unauthorized';
    if (this.server.clients.size >= this.limits.connections) return '503 Service Unavailable';
    if (target.kind === 'updates') return null;
    const camera = await cameraById(this.parts.database, target.cameraId);
    if (camera?.kind !== 'live') return '404 Not Found';
    return camera.privacy === 'pose-only' ? '403 Forbidden' : null;
  }

  private attach(connection: WebSocket, target: Target): void {
    const { metrics } = this.parts;
    metrics.sockets.inc({ kind: target.kind });
    const leave =
      target.kind === 'updates' ? this.attachUpdates(connection) : this.attachLive(connection, target.cameraId);
    connection.on('pong', () => {
      this.answered.add(connection);
    });
    connection.on('error', () => undefined);
    connection.on('close', () => {
      leave();
      this.tokens.delete(connection);
      metrics.sockets.dec({ kind: target.kind });
    });
  }

  private attachUpdates(connection: WebSocket): () => void {
    const sink = {
      send: (text: string, sent: () => void) => {
        connection.send(text, sent);
      },
      bufferedBytes: () => connection.bufferedAmount,
      close: (reason: string) => {
        connection.close(TRY_AGAIN_LATER, reason);
      },
    };
    const limits = { bufferBytes: this.limits.textBytes, mostKept: this.limits.keptTexts };
    const sender = new LatestSender(sink, limits, () => {
      this.parts.metrics.socketDrops.inc({ kind: 'updates' });
    });
    const listener: Listener = { sender, cameras: new Set() };
    connection.on('message', (data: Buffer) => {
      if (!this.to.hub.request(listener, data.toString())) connection.close(POLICY_VIOLATION, 'not a request');
    });
    this.to.hub.add(listener);
    return () => {
      this.to.hub.remove(listener);
    };
  }

  private attachLive(connection: WebSocket, cameraId: string): () => void {
    return this.to.live.watch(cameraId, {
      send: (message) => {
        connection.send(message, { binary: true });
      },
      bufferedBytes: () => connection.bufferedAmount,
    });
  }

  private pingAll(): void {
    for (const connection of this.server.clients) {
      if (!this.answered.has(connection)) connection.terminate();
      this.answered.delete(connection);
      connection.ping();
    }
  }

  /** Closes connections whose login has ended since. */
  private async checkLogins(): Promise<void> {
    for (const token of new Set(this.tokens.values())) {
      if ((await this.to.sessions.findUser(token)) !== null) continue;
      for (const [connection, its] of this.tokens) if (its === token) connection.close(POLICY_VIOLATION, 'logged out');
    }
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
