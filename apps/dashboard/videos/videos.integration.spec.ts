import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { VIDEOS_QUEUE } from '#contracts/channels.js';
import { videoUploaded } from '#contracts/video-uploaded.js';
import { openReceiver } from '#messaging/queues.js';
import { encodeSegment, segmentStepPx } from '#storage/segment-codec.js';
import { setVideoFacts } from '#storage/videos.js';
import { waitUntil } from '#testing/servers.js';
import { type Answer, benchOfFile } from '../test-client.js';
import { startSweeper } from './sweeper.js';

const LIMIT = 1_000_000;

jest.setTimeout(30_000);

const bench = benchOfFile({ POSEWATCH_MAX_UPLOAD_BYTES: String(LIMIT) });

const uploads = (): string[] => {
  const folder = path.join(bench.dashboard.dataDir, 'uploads');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const videoCount = (): Promise<number> => bench.dashboard.parts.database.video.count();
const idOf = (answer: Answer): string => (answer.body as { id: string }).id;
const upload = (
  name: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  bench.dashboard.admin.send(`/api/videos?name=${encodeURIComponent(name)}`, { method: 'POST', body, headers });

/** A body of unknown length. */
function streamOf(chunks: number, chunkBytes: number): ReadableStream<Uint8Array> {
  let left = chunks;
  return new ReadableStream({
    pull: (controller) => {
      if (left-- > 0) controller.enqueue(new Uint8Array(randomBytes(chunkBytes)));
      else controller.close();
    },
  });
}

describe('an upload', () => {
  it('is stored byte for byte, listed and queued', async () => {
    const bytes = randomBytes(300_000);
    const answer = await upload('Front door, 12 May.MP4', new Uint8Array(bytes), {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'Front door, 12 May.MP4',
      bytes: 300_000,
      status: 'queued',
      framesDone: 0,
    });
    expect(await readFile(path.join(bench.dashboard.dataDir, 'uploads', `${idOf(answer)}.mp4`))).toEqual(bytes);
    expect((await bench.dashboard.viewer.call('GET', '/api/videos')).body).toMatchObject({
      videos: [{ id: idOf(answer) }],
    });
    const heard: string[] = [];
    const receiver = openReceiver({
      redisUrl: bench.redis.url,
      queue: VIDEOS_QUEUE,
      schema: videoUploaded,
      concurrency: 1,
      exclusive: false,
      log: bench.dashboard.parts.log,
      handle: (message) => Promise.resolve(void heard.push(message.cameraId)),
    });
    await waitUntil(() => (heard.length > 0 ? Promise.resolve() : Promise.reject(new Error('nothing queued'))), 10_000);
    await receiver.close();
    expect(heard).toEqual([idOf(answer)]);
  });

  it('never takes a path or an ending that runs from its name', async () => {
    for (const name of ['../../evil.mp4', '/etc/passwd', 'page.html', 'x'.repeat(250)]) {
      const answer = await upload(name, 'some bytes');
      expect(answer.status).toBe(201);
      const media = await bench.dashboard.admin.call('GET', `/api/videos/${idOf(answer)}/media`);
      expect(media.headers.get('content-type')).not.toMatch(/html/);
    }
    expect((await upload('a\u0000b.mp4', 'some bytes')).status).toBe(400);
    expect(uploads().every((name) => /^vid_\w{12}(\.mp4)?$/.test(name))).toBe(true);
  });

  it.each(['announced', 'streamed'])(
    'that is too large (%s) is refused, saying the limit, and leaves nothing',
    async (how) => {
      const [files, rows] = [uploads(), await videoCount()];
      const body = how === 'announced' ? new Uint8Array(LIMIT + 1) : streamOf(40, 50_000);
      const answer = await bench.dashboard.admin.send('/api/videos?name=a.mp4', {
        method: 'POST',
        body,
        ...(how === 'streamed' ? { duplex: 'half' } : {}),
      });
      expect(answer.status).toBe(413);
      expect(answer.body).toMatchObject({ error: { kind: 'invalid-input', details: { maxBytes: LIMIT } } });
      expect(uploads()).toEqual(files);
      expect(await videoCount()).toBe(rows);
    },
  );

  it('of exactly the limit is taken, streamed without a length too', async () => {
    const answer = await bench.dashboard.admin.send('/api/videos?name=a.mp4', {
      method: 'POST',
      body: streamOf(20, LIMIT / 20),
      duplex: 'half',
    });
    expect(answer.body).toMatchObject({ bytes: LIMIT });
  });

  it('of nothing, or without a name, is refused and leaves nothing', async () => {
    const files = uploads();
    expect((await upload('a.mp4', '')).status).toBe(400);
    expect((await bench.dashboard.admin.send('/api/videos', { method: 'POST', body: 'x' })).status).toBe(400);
    expect((await bench.dashboard.viewer.send('/api/videos?name=a.mp4', { method: 'POST', body: 'x' })).status).toBe(
      403,
    );
    expect(uploads()).toEqual(files);
  });

  it('that breaks off leaves nothing', async () => {
    const [files, rows] = [uploads(), await videoCount()];
    const { hostname, port } = new URL(bench.dashboard.url);
    const socket = net.connect(Number(port), hostname);
    const head = [
      'POST /api/videos?name=cut.mp4 HTTP/1.1',
      `Host: ${hostname}:${port}`,
      `Cookie: ${bench.dashboard.admin.cookie}`,
      'Content-Length: 500000',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(randomBytes(100_000));
    await waitUntil(() => {
      expect(uploads().some((name) => name.endsWith('.part'))).toBe(true);
      return Promise.resolve();
    });
    socket.destroy();
    await waitUntil(() => {
      expect(uploads()).toEqual(files);
      return Promise.resolve();
    });
    expect(await videoCount()).toBe(rows);
  });

  it('is answered while Redis is away, and queued when it is back', async () => {
    await bench.redis.kill();
    const answer = await upload('a.mp4', 'bytes');
    expect(answer.status).toBe(201);
    await bench.redis.restart();
    await waitUntil(async () => {
      expect((await bench.dashboard.parts.videos.counts()).waiting).toBeGreaterThan(0);
    });
  });
});

describe('the sweeper', () => {
  it('removes what a crash left behind, and nothing that belongs to a video', async () => {
    const folder = path.join(bench.dashboard.dataDir, 'uploads');
    const kept = await bench.dashboard.parts.database.video.findFirstOrThrow();
    const names = {
      old: ['vid_old.part', 'vid_orphan.mp4', 'vid_orphan.playback.mp4'],
      kept: [path.basename(kept.path), `${kept.cameraId}.playback.mp4`],
    };
    await writeFile(path.join(folder, 'vid_young.part'), 'x');
    for (const name of [...names.old, names.kept[1]]) await writeFile(path.join(folder, name), 'x');
    for (const name of [...names.old, ...names.kept]) utimesSync(path.join(folder, name), 1, 1);
    const stop = startSweeper(bench.dashboard.parts);
    await waitUntil(() => {
      expect(uploads().filter((name) => names.old.includes(name))).toEqual([]);
      return Promise.resolve();
    });
    stop();
    expect(uploads()).toEqual(expect.arrayContaining(['vid_young.part', ...names.kept]));
  });

  it('deletes a video for good a month after it was deleted, with its file', async () => {
    const id = idOf(await upload('z.mp4', 'bytes'));
    await bench.dashboard.admin.call('DELETE', `/api/videos/${id}`);
    const { database, clock } = bench.dashboard.parts;
    await database.camera.update({ where: { id }, data: { deletedAt: new Date(clock.nowMs() - 31 * 86_400_000) } });
    utimesSync(path.join(bench.dashboard.dataDir, 'uploads', `${id}.mp4`), 1, 1);
    const stop = startSweeper(bench.dashboard.parts);
    await waitUntil(() => {
      expect(uploads()).not.toContain(`${id}.mp4`);
      return Promise.resolve();
    });
    stop();
    expect((await bench.dashboard.admin.call('POST', `/api/videos/${id}/restore`)).status).toBe(404);
  });
});

describe('the media of a video', () => {
  it('answers ranges', async () => {
    const bytes = randomBytes(10_000);
    const where = `/api/videos/${idOf(await upload('b.mp4', new Uint8Array(bytes)))}/media`;
    const get = (range: string): Promise<Response> =>
      fetch(bench.dashboard.url + where, { headers: { cookie: bench.dashboard.viewer.cookie, range } });
    const middle = await get('bytes=100-199');
    expect([middle.status, middle.headers.get('content-range')]).toEqual([206, 'bytes 100-199/10000']);
    expect(middle.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await middle.arrayBuffer())).toEqual(bytes.subarray(100, 200));
    const end = await get('bytes=-10');
    expect(Buffer.from(await end.arrayBuffer())).toEqual(bytes.subarray(-10));
    const beyond = await get('bytes=20000-');
    expect(beyond.status).toBe(416);
    const whole = await fetch(bench.dashboard.url + where, { headers: { cookie: bench.dashboard.viewer.cookie } });
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
  });

  it('is not served from outside the data folder, whatever the row says', async () => {
    const id = idOf(await upload('c.mp4', 'bytes'));
    await setVideoFacts(bench.dashboard.parts.database, id, { playbackPath: '/etc/passwd' });
    expect((await bench.dashboard.admin.call('GET', `/api/videos/${id}/media`)).status).toBe(404);
    await setVideoFacts(bench.dashboard.parts.database, id, { playbackPath: '../../etc/passwd' });
    expect((await bench.dashboard.admin.call('GET', `/api/videos/${id}/media`)).status).toBe(404);
  });
});

describe('a video', () => {
  it('is cancelled once, deleted and restored', async () => {
    const where = `/api/videos/${idOf(await upload('d.mp4', 'bytes'))}`;
    expect((await bench.dashboard.admin.call('POST', `${where}/cancel`)).body).toMatchObject({ status: 'cancelled' });
    expect((await bench.dashboard.admin.call('POST', `${where}/cancel`)).status).toBe(409);
    expect((await bench.dashboard.admin.call('DELETE', where)).status).toBe(200);
    expect((await bench.dashboard.admin.call('GET', where)).status).toBe(404);
    expect((await bench.dashboard.admin.call('POST', `${where}/restore`)).body).toMatchObject({ name: 'd.mp4' });
  });

  it('gives its tracks as a file', async () => {
    const { database } = bench.dashboard.parts;
    const id = idOf(await upload('e "1".mp4', 'bytes'));
    const span = { startMs: 0, endMs: 100, startPtsUs: 0n, endPtsUs: 100_000n, poses: 2, meanScore: 0.5, maxSpeed: 1 };
    const keypoints = Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 0.5 : i));
    const pose = { box: [1, 2, 3, 4] as const, score: 0.5, keypoints };
    for (const trackNo of [1, 2, 3]) {
      await database.track.create({ data: { ...span, cameraId: id, epoch: 0, trackNo, distance: 1 } });
      const packed = encodeSegment(
        [0, 100_000].map((ptsUs) => ({ ptsUs, ...pose, box: [...pose.box] })),
        segmentStepPx(1),
      );
      const hull = { minX: 0, minY: 0, maxX: 1, maxY: 1 };
      await database.trackSegment.create({
        data: { ...span, ...hull, cameraId: id, epoch: 0, trackNo, segmentNo: 0, packed },
      });
    }
    const answer = await bench.dashboard.viewer.call('GET', `/api/videos/${id}/tracks.json`);
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const { tracks } = answer.body as { tracks: { trackNo: number; poses: { ptsUs: number; box: number[] }[] }[] };
    expect(tracks.map(({ trackNo }) => trackNo)).toEqual([1, 2, 3]);
    expect(tracks[0].poses.map(({ ptsUs, box }) => [ptsUs, box])).toEqual([
      [0, [1, 2, 3, 4]],
      [100_000, [1, 2, 3, 4]],
    ]);
  });
});
