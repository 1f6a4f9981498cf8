import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { buildServices } from '#testing/service-process.js';
import { waitUntil } from '#testing/servers.js';
import { benchOfFile, type Answer } from '../test-client.js';

jest.setTimeout(60_000);
beforeAll(buildServices);

const bench = benchOfFile({ POSEWATCH_IMPORT_MAX_BYTES: '40000000', POSEWATCH_IMPORTS_AT_ONCE: '1' });

afterEach(async () => {
  await bench.dashboard.parts.database.camera.deleteMany();
});

const boxes = (frames: number, people: number): string =>
  Array.from({ length: frames * people }, (_, at) => {
    const [frame, id] = [Math.floor(at / people), at % people];
    return `${frame + 1},${id},${100 + frame},${50 + id},40,100,1,-1,-1,-1\n`;
  }).join('');

const send = (query: string, body: string, who = bench.dashboard.admin): Promise<Answer> =>
  who.send(`/api/imports?${query}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });

const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;

const rows = async (): Promise<number[]> => {
  const { camera, video, track, trackSegment } = bench.dashboard.parts.database;
  return Promise.all([camera.count(), video.count(), track.count(), trackSegment.count()]);
};

const uploads = (): Promise<string[]> => readdir(path.join(bench.dashboard.dataDir, 'uploads')).catch(() => []);

interface Imported {
  readonly video: { readonly id: string };
  readonly isKnown: boolean;
}

describe('POST /api/imports', () => {
  it('makes a video of tracks that is listed, searched and replayed without a picture', async () => {
    const answer = await send('name=walk.txt&fps=10&startedAtMs=1000000', boxes(40, 2));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      video: { name: 'walk.txt', status: 'done', origin: 'mot', hasPicture: false, frameRate: 10, frameCount: 40 },
      ...{ isKnown: false, tracks: 2, poses: 80, linking: 'given', leftOut: {} },
    });
    const { id } = (answer.body as Imported).video;
    const { viewer } = bench.dashboard;
    expect((await viewer.call('GET', '/api/videos')).body).toMatchObject({ videos: [{ id }] });
    const found = await viewer.call('GET', `/api/search/tracks?cameraId=${id}&fromMs=1000000&toMs=1004000`);
    expect(found.body).toMatchObject({ tracks: [{ trackNo: 0 }, { trackNo: 1 }] });
    const poses = await viewer.call('GET', `/api/tracks/${id}/0/0/poses`);
    expect(poses.body).toMatchObject({ source: { widthPx: 179, heightPx: 151 }, poses: { length: 40 } });
    const media = await viewer.call('GET', `/api/videos/${id}/media`);
    expect([media.status, messageOf(media)]).toEqual([404, expect.stringContaining('without a picture')]);
    const mot = await viewer.call('GET', `/api/search/export?format=mot&cameraId=${id}`);
    expect(String(mot.body).split('\n')[0]).toBe('1,0,100,50,40,100,1,-1,-1,-1');
    expect(await uploads()).toEqual([]);
  });

  it('changes nothing for a file that is there, and says so of another frame rate', async () => {
    const text = boxes(20, 1);
    await send('name=a&fps=10', text);
    const before = await rows();
    expect((await send('name=b&fps=10', text)).body).toMatchObject({ isKnown: true, video: { name: 'a' } });
    const other = await send('name=b&fps=20', text);
    expect([other.status, messageOf(other)]).toEqual([409, expect.stringContaining('with 10 frames a second')]);
    expect(await rows()).toEqual(before);
  });

  it('is removed and brought back as other videos are', async () => {
    const { id } = ((await send('name=a&fps=10', boxes(20, 1))).body as Imported).video;
    const { admin } = bench.dashboard;
    await admin.call('DELETE', `/api/videos/${id}`);
    expect((await admin.call('GET', '/api/search/tracks')).body).toMatchObject({ tracks: [] });
    expect((await admin.call('POST', `/api/videos/${id}/restore`)).body).toMatchObject({ id, status: 'done' });
    expect((await admin.call('GET', '/api/search/tracks')).body).toMatchObject({ tracks: [{ cameraId: id }] });
  });

  it.each<[string, string, string, number, RegExp]>([
    ['no frame rate', 'name=a', boxes(4, 1), 400, /how many frames a second/],
    ['a rate that cannot be', 'name=a&fps=0', boxes(4, 1), 400, /fps/],
    ['half a size', 'name=a&fps=5&widthPx=9', boxes(4, 1), 400, /widthPx and heightPx/],
    ['no name', 'fps=5', boxes(4, 1), 400, /name/],
    ['an empty file', 'name=a&fps=5', '', 400, /empty/],
    ['a file of nobody', 'name=a&fps=5', '[]', 400, /a holds nobody/],
    [
      'a broken end',
      'name=a.txt&fps=5',
      `${boxes(400, 5)}401,1,9`,
      400,
      /a\.txt, line 2001, frame 401: field 4 \(top\)/,
    ],
    ['another format', 'name=a&fps=5&format=posetrack', boxes(4, 1), 400, /a is not JSON/],
    ['too much', 'name=a&fps=5', ' '.repeat(40_000_001), 413, /POSEWATCH_IMPORT_MAX_BYTES/],
  ])('refuses %s and keeps nothing of it', async (_, query, body, status, message) => {
    const answer = await send(query, body);
    expect([answer.status, messageOf(answer)]).toEqual([status, expect.stringMatching(message)]);
    expect(await rows()).toEqual([0, 0, 0, 0]);
    expect(await uploads()).toEqual([]);
  });

  it('is for administrators', async () => {
    expect((await send('name=a&fps=5', boxes(4, 1), bench.dashboard.viewer)).status).toBe(403);
    expect((await send('name=a&fps=5', boxes(4, 1), bench.dashboard.nobody)).status).toBe(401);
  });

  it('tells how far it is, takes no more than the limit, and leaves nothing when the browser leaves', async () => {
    const leave = new AbortController();
    const { admin } = bench.dashboard;
    const sent = admin
      .send('/api/imports?name=crowd.txt&fps=10&ticket=t1', {
        ...{ method: 'POST', body: boxes(600, 150), signal: leave.signal },
        headers: { 'content-type': 'text/plain' },
      })
      .catch(() => null);
    await waitUntil(async () => {
      const { body } = await admin.call('GET', '/api/imports/t1');
      const { stage, done } = body as { stage: string; done: number };
      if (stage !== 'storing' || done === 0) throw new Error(JSON.stringify(body));
    }, 40_000);
    expect((await send('name=a&fps=5', boxes(4, 1))).status).toBe(429);
    leave.abort();
    await sent;
    await waitUntil(async () => {
      if ((await uploads()).length > 0) throw new Error('it is still under way');
    });
    expect(await rows()).toEqual([0, 0, 0, 0]);
    await waitUntil(async () => {
      if ((await send('name=a&fps=5', boxes(4, 1))).status !== 201) throw new Error('nothing is taken any more');
    });
    await waitUntil(async () => {
      const { status } = await admin.call('GET', '/api/imports/t1');
      if (status !== 404) throw new Error('its ticket is still known');
    }, 20_000);
  });
});
