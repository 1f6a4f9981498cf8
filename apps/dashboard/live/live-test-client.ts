import WebSocket from 'ws';
import type { LiveEntry } from '#messaging/live-stream.js';

/** A WebSocket to a dashboard at `url`, with the given headers; its errors are left to the test. For tests. */
export function connectTo(url: string, where: string, headers: Record<string, string>): WebSocket {
  const socket = new WebSocket(url.replace('http', 'ws') + where, { headers });
  socket.on('error', () => undefined);
  return socket;
}

/** Resolves when the server has taken the upgrade. */
export function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve();
    });
  });
}

/** What arrives on `/ws/live`, as text such as `I1` (init of epoch 1), `K40` (key frame at 40 µs), `P80`. */
export function collect(socket: WebSocket): string[] {
  const seen: string[] = [];
  socket.on('message', (data: Buffer) => {
    const pts = String(data.readBigInt64BE(6));
    if (data[0] === 1) seen.push(`I${data.readUInt32BE(2)}`);
    else seen.push(`${data[1] === 1 ? 'K' : 'P'}${pts}`);
  });
  return seen;
}

/** What arrives on `/ws/updates`. */
export function collectJson(socket: WebSocket): Record<string, unknown>[] {
  const seen: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => seen.push(JSON.parse(data.toString()) as Record<string, unknown>));
  return seen;
}

/** A made-up init segment of an epoch. */
export function init(epoch: number): LiveEntry {
  return { kind: 'init', epoch, keyframe: false, ptsUs: 0, bytes: Buffer.from('init') };
}

/** A made-up fragment of epoch 1, `size` bytes large. */
export function fragment(ptsUs: number, keyframe: boolean, size = 8): LiveEntry {
  return { kind: 'fragment', epoch: 1, keyframe, ptsUs, bytes: Buffer.alloc(size, ptsUs % 251) };
}
