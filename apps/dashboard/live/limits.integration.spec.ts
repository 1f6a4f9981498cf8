import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type WebSocket from 'ws';
import { topics } from '#contracts/channels.js';
import { waitUntil } from '#testing/servers.js';
import { benchOfFile } from '../test-client.js';
import { connectTo, opened } from './live-test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile({
  POSEWATCH_WEBSOCKETS: '3',
  POSEWATCH_WEBSOCKET_TEXT_BYTES: '1024',
  POSEWATCH_WEBSOCKET_ALERTS: '20',
  POSEWATCH_UPLOADS_AT_ONCE: '1',
  POSEWATCH_LOGIN_TRIES: '2',
  POSEWATCH_LOGIN_WINDOW_SEC: '1',
});
const sockets: WebSocket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

function connect(): WebSocket {
  const { url, viewer } = bench.dashboard;
  const socket = connectTo(url, '/ws/updates', { cookie: viewer.cookie });
  sockets.push(socket);
  return socket;
}

/** Status of the refusal of one more connection; 101 when it was taken. */
function oneMore(): Promise<number> {
  const socket = connect();
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
  });
}

it('takes as many WebSocket connections as the setting says, and one more when one has gone', async () => {
  const three = [connect(), connect(), connect()];
  await Promise.all(three.map(opened));
  expect(await oneMore()).toBe(503);
  three[0].close();
  await waitUntil(async () => {
    expect(await oneMore()).toBe(101);
  });
});

it('ends a connection that sends more than 64 kB at once', async () => {
  const socket = connect();
  await opened(socket);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.send(JSON.stringify({ subscribe: ['x'.repeat(70_000)] }));
  expect(await closed).toBe(1009);
});

it('sends a browser that reads nothing to the API when more alerts wait than the setting says', async () => {
  const socket = connect();
  await opened(socket);
  socket.pause();
  const alert = {
    ...{ type: 'behavior.detected', v: 1, phase: 'started', kind: 'running', ruleId: 'r', zoneId: null },
    ...{ cameraId: 'cam_a', epoch: 1, trackNo: 1, seq: 1, ptsUs: 1, capturedAtMs: 1, traceId: 't' },
    measure: { name: 'speed', value: 3, limit: 2, unit: 'heights/s' },
    why: 'x'.repeat(200_000),
  };
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  // What the operating system takes on the way holds some megabytes.
  for (let n = 0; n < 60; n++) {
    await bench.dashboard.parts.topics.publish(topics.behaviorDetected, { ...alert, eventId: `e${n}` });
  }
  socket.resume();
  expect(await closed).toBe(1013);
});

it('receives as many uploads at once as the setting says', async () => {
  const { admin, dataDir } = bench.dashboard;
  let feed: ReadableStreamDefaultController<Uint8Array> | undefined;
  const slow = new ReadableStream<Uint8Array>({
    start: (controller) => {
      feed = controller;
      controller.enqueue(new Uint8Array(10));
    },
  });
  const first = admin.send('/api/videos?name=slow.mp4', { method: 'POST', body: slow, duplex: 'half' });
  await waitUntil(async () => {
    expect(await readdir(path.join(dataDir, 'uploads'))).toHaveLength(1);
  });
  const second = await admin.send('/api/videos?name=b.mp4', { method: 'POST', body: 'bytes' });
  expect(second.status).toBe(429);
  expect(JSON.stringify(second.body)).toContain('1 uploads are under way, which is the limit');
  feed?.close();
  expect((await first).status).toBe(201);
});

it('lets wrong logins be tried again when the window of the setting has passed', async () => {
  const { nobody } = bench.dashboard;
  const attempt = async (): Promise<number> =>
    (await nobody.call('POST', '/api/session', { name: 'guessed', password: 'x' })).status;
  expect([await attempt(), await attempt(), await attempt()]).toEqual([401, 401, 429]);
  await waitUntil(async () => {
    expect(await attempt()).toBe(401);
  });
});
