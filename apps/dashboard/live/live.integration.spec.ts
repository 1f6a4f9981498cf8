import type WebSocket from 'ws';
import { topics } from '#contracts/channels.js';
import type { TracksUpdated } from '#contracts/tracks-updated.js';
import { appendLive, type LiveEntry } from '#messaging/live-stream.js';
import { waitUntil } from '#testing/servers.js';
import { PASSWORD, benchOfFile, clientOf } from '../test-client.js';
import { collect, collectJson, connectTo, fragment, init, opened } from './live-test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();
const sockets: WebSocket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

const eventually = (statement: () => void): Promise<void> => waitUntil(() => Promise.resolve().then(statement), 10_000);
const append = (cameraId: string, entry: LiveEntry): Promise<string> =>
  appendLive(bench.dashboard.parts.redis, cameraId, { ...entry, maxBytes: 64e6, ttlMs: 60_000 });

function connect(
  where: string,
  headers: Record<string, string> = { cookie: bench.dashboard.viewer.cookie },
): WebSocket {
  const socket = connectTo(bench.dashboard.url, where, headers);
  sockets.push(socket);
  return socket;
}

/** Status of a refused upgrade; 101 when it was taken. */
function outcome(where: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(where, headers);
    socket.once('open', () => {
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
  });
}

async function addCamera(privacy = 'full'): Promise<string> {
  const input = { name: 'Gate', url: 'rtsp://10.0.0.1/', privacy };
  return ((await bench.dashboard.admin.call('POST', '/api/cameras', input)).body as { id: string }).id;
}

function tracksOf(cameraId: string, seq: number): TracksUpdated {
  return {
    type: 'tracks.updated',
    v: 1,
    cameraId,
    epoch: 1,
    seq,
    capturedAtMs: 1,
    ptsUs: seq * 100_000,
    traceId: 't',
    source: { widthPx: 640, heightPx: 360 },
    analysed: true,
    ended: false,
    tracks: [],
    counts: { captured: seq + 5, analysed: seq + 1, still: 2, dropped: { expired: 1 } },
    provider: 'cpu',
    latencyMs: 80,
  };
}

describe('an upgrade', () => {
  it('needs a login, the same origin and a known target', async () => {
    const cookie = bench.dashboard.viewer.cookie;
    const cameraId = await addCamera();
    expect(await outcome('/ws/updates', {})).toBe(401);
    expect(await outcome(`/ws/live/${cameraId}`, { cookie: `posewatch_session=${'a'.repeat(43)}` })).toBe(401);
    expect(await outcome('/ws/updates', { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await outcome('/ws/updates', { cookie, origin: bench.dashboard.url })).toBe(101);
    expect(await outcome('/ws/live/cam_nowhere', { cookie })).toBe(404);
    expect(await outcome('/ws/other', { cookie })).toBe(404);
    expect(await outcome(`/ws/live/${cameraId}`, { cookie })).toBe(101);
  });

  it('is refused for a camera whose pictures nobody may see', async () => {
    const cameraId = await addCamera('pose-only');
    expect(await outcome(`/ws/live/${cameraId}`, { cookie: bench.dashboard.admin.cookie })).toBe(403);
  });
});

describe('live video', () => {
  it('starts at the newest key frame and goes on in order, for each viewer', async () => {
    const cameraId = await addCamera();
    for (const entry of [init(1), fragment(0, true), fragment(40, false), fragment(80, true), fragment(120, false)]) {
      await append(cameraId, entry);
    }
    const first = collect(connect(`/ws/live/${cameraId}`));
    await eventually(() => {
      expect(first).toEqual(['I1', 'K80', 'P120']);
    });
    await append(cameraId, fragment(160, false));
    const second = collect(connect(`/ws/live/${cameraId}`));
    await eventually(() => {
      expect(second).toEqual(['I1', 'K80', 'P120', 'P160']);
    });
    await append(cameraId, fragment(200, true));
    for (const seen of [first, second]) {
      await eventually(() => {
        expect(seen.slice(-2)).toEqual(['P160', 'K200']);
      });
    }
  });

  it('carries kind, key frame, epoch, time and bytes', async () => {
    const cameraId = await addCamera();
    const messages: Buffer[] = [];
    const socket = connect(`/ws/live/${cameraId}`);
    socket.on('message', (data: Buffer) => messages.push(data));
    await opened(socket);
    await append(cameraId, init(7));
    await append(cameraId, { ...fragment(5_000_000_000, true), epoch: 7, bytes: Buffer.from('moof') });
    await eventually(() => {
      expect(messages).toHaveLength(2);
    });
    const header = Buffer.from([2, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0x2a, 0x05, 0xf2, 0x00]);
    expect(messages[1]).toEqual(Buffer.concat([header, Buffer.from('moof')]));
    expect(messages[0].subarray(14).toString()).toBe('init');
  });

  it('of a camera that reconnects starts again with the new init', async () => {
    const cameraId = await addCamera();
    const seen = collect(connect(`/ws/live/${cameraId}`));
    for (const entry of [init(1), fragment(0, true)]) await append(cameraId, entry);
    await eventually(() => {
      expect(seen).toEqual(['I1', 'K0']);
    });
    for (const entry of [init(2), fragment(10, false), fragment(20, true)]) await append(cameraId, entry);
    await eventually(() => {
      expect(seen).toEqual(['I1', 'K0', 'I2', 'K20']);
    });
  });

  it('opens one connection to Redis for a camera, however many watch, and closes it after the last has left', async () => {
    const cameraId = await addCamera();
    const connections = async (): Promise<number> =>
      Number(/connected_clients:(\d+)/.exec(await bench.dashboard.parts.redis.info('clients'))?.[1]);
    const before = await connections();
    const viewers = Array.from({ length: 5 }, () => connect(`/ws/live/${cameraId}`));
    await Promise.all(viewers.map(opened));
    await waitUntil(async () => {
      expect(await connections()).toBe(before + 1);
    });
    for (const viewer of viewers) viewer.close();
    await waitUntil(async () => {
      expect(await connections()).toBe(before);
    });
  });
});

describe('updates', () => {
  it('tell of tracks to those who asked for the camera, and to nobody else', async () => {
    const [asking, other] = [connect('/ws/updates'), connect('/ws/updates')];
    const [heard, unheard] = [collectJson(asking), collectJson(other)];
    await Promise.all([opened(asking), opened(other)]);
    asking.send(JSON.stringify({ subscribe: ['cam_a'] }));
    await waitUntil(async () => {
      await bench.dashboard.parts.topics.publish(topics.tracksUpdated, tracksOf('cam_a', 4));
      await bench.dashboard.parts.topics.publish(topics.tracksUpdated, tracksOf('cam_b', 4));
      expect(heard.some((message) => message.type === 'tracks')).toBe(true);
    });
    const tracks = heard.filter((message) => message.type === 'tracks');
    expect(tracks[0]).toEqual({ ...tracksOf('cam_a', 4), type: 'tracks' });
    expect(new Set(tracks.map((message) => message.cameraId))).toEqual(new Set(['cam_a']));
    expect(unheard.filter((message) => message.type === 'tracks')).toEqual([]);
    const { body } = await bench.dashboard.viewer.call('GET', '/metrics');
    expect(body).toContain('posewatch_frames_total{camera="cam_b",fate="expired"} 1');
    expect(body).toContain('posewatch_frames_total{camera="cam_b",fate="still"} 2');
    expect(body).toContain('posewatch_frames_in_flight{camera="cam_b"} 1');
  });

  it('tell of alerts, system, health and the progress of videos', async () => {
    const socket = connect('/ws/updates');
    const heard = collectJson(socket);
    await opened(socket);
    const alert = {
      type: 'behavior.detected',
      v: 1,
      eventId: 'e',
      phase: 'started',
      kind: 'running',
      ruleId: 'r',
      zoneId: null,
      cameraId: 'cam_a',
      epoch: 1,
      trackNo: 1,
      seq: 1,
      ptsUs: 1,
      capturedAtMs: 1,
      measure: { name: 'speed', value: 3, limit: 2, unit: 'heights/s' },
      why: 'Ran.',
      traceId: 't',
    };
    await bench.dashboard.parts.topics.publish(topics.behaviorDetected, alert);
    await bench.dashboard.admin.send('/api/videos?name=a.mp4', { method: 'POST', body: 'bytes' });
    await eventually(() => {
      expect(heard).toContainEqual({ type: 'event', event: alert });
      expect(heard).toContainEqual(expect.objectContaining({ type: 'video', name: 'a.mp4', status: 'queued' }));
      expect(heard).toContainEqual(expect.objectContaining({ type: 'system', services: [] }));
    });
    await bench.dashboard.parts.database.video.updateMany({ data: { status: 'analysing', framesDone: 7 } });
    await eventually(() => {
      expect(heard).toContainEqual(expect.objectContaining({ type: 'video', status: 'analysing', framesDone: 7 }));
    });
  });

  it.each(['nonsense', '{"subscribe":"all"}', '{}'])('end for a browser that sends %s', async (text) => {
    const socket = connect('/ws/updates');
    await opened(socket);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(text);
    expect(await closed).toBe(1008);
  });

  it('end when the user logs out', async () => {
    const answer = await bench.dashboard.nobody.call('POST', '/api/session', { name: 'viewer', password: PASSWORD });
    const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
    const socket = connect('/ws/updates', { cookie });
    await opened(socket);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await clientOf(bench.dashboard.url, cookie).call('DELETE', '/api/session');
    expect(await closed).toBe(1008);
  });
});
