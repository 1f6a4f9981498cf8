import net from 'node:net';
import { appendLive, type LiveEntry } from '#messaging/live-stream.js';
import { waitUntil } from '#testing/servers.js';
import { benchOfFile } from '../test-client.js';
import { collect, connectTo, fragment, init } from './live-test-client.js';

jest.setTimeout(60_000);

const FRAGMENTS = 40;
const FRAGMENT_BYTES = 500_000;
const AFTERWARDS_PTS_US = 1000;

const bench = benchOfFile();

const eventually = (statement: () => void): Promise<void> => waitUntil(() => Promise.resolve().then(statement), 20_000);

/** A viewer that completes the upgrade and then reads nothing. */
async function stuckViewer(cameraId: string): Promise<net.Socket> {
  const { hostname, port } = new URL(bench.dashboard.url);
  const stuck = net.connect(Number(port), hostname);
  const lines = [
    `GET /ws/live/${cameraId} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    `Cookie: ${bench.dashboard.viewer.cookie}`,
  ];
  stuck.write(`${lines.join('\r\n')}\r\n\r\n`);
  await new Promise((resolve) => stuck.once('data', resolve));
  stuck.pause();
  return stuck;
}

it('skips a viewer that stops reading to a key frame, bounds what it holds for it, and slows nobody else', async () => {
  const camera = await bench.dashboard.admin.call('POST', '/api/cameras', { name: 'Gate', url: 'rtsp://10.0.0.1/' });
  const cameraId = (camera.body as { id: string }).id;
  const append = (entry: LiveEntry): Promise<string> =>
    appendLive(bench.dashboard.parts.redis, cameraId, { ...entry, maxBytes: 64e6, ttlMs: 60_000 });
  await append(init(1));
  await append(fragment(0, true));
  const stuck = await stuckViewer(cameraId);
  const reader = connectTo(bench.dashboard.url, `/ws/live/${cameraId}`, { cookie: bench.dashboard.viewer.cookie });
  const reading = collect(reader);
  await eventually(() => {
    expect(reading).toContain('K0');
  });
  for (let i = 1; i <= FRAGMENTS; i++) {
    await append(fragment(i, i % 10 === 0, FRAGMENT_BYTES));
    await eventually(() => {
      expect(reading.at(-1)).toBe(`${i % 10 === 0 ? 'K' : 'P'}${i}`);
    });
  }
  expect(reading).toHaveLength(FRAGMENTS + 2);
  const meter = await bench.dashboard.parts.metrics.registry.getSingleMetricAsString('posewatch_websocket_drops_total');
  expect(Number(/\{kind="live"\} (\d+)/.exec(meter)?.[1])).toBeGreaterThan(10);

  let bytes = 0;
  let sawKeyFrame = false;
  const keyFrame = Buffer.from([2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x03, 0xe8]);
  stuck.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    sawKeyFrame ||= chunk.includes(keyFrame);
  });
  stuck.resume();
  await waitUntil(async () => {
    await append(fragment(AFTERWARDS_PTS_US, true));
    expect(sawKeyFrame).toBe(true);
  });
  expect(bytes).toBeLessThan(FRAGMENTS * FRAGMENT_BYTES * 0.75);
  expect(bytes).toBeGreaterThan(bench.dashboard.parts.settings.POSEWATCH_WEBSOCKET_VIDEO_BYTES / 2);
  stuck.destroy();
  reader.terminate();
});
