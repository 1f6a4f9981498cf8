import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitUntil } from '#testing/servers.js';
import { benchOfFile, type Answer } from '../test-client.js';
import { emptyBin } from './model-bin.js';

jest.setTimeout(30_000);

const bench = benchOfFile();
const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;

async function addCamera(more: object = {}): Promise<Answer> {
  return bench.dashboard.admin.call('POST', '/api/cameras', { name: 'Gate', url: 'rtsp://10.0.0.1/', ...more });
}

describe('models', () => {
  it('are listed with what is installed, and with what each profile lacks', async () => {
    const { body } = await bench.dashboard.viewer.call('GET', '/api/models');
    expect(body).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({
          id: 'movenet-multipose',
          licence: 'Apache-2.0',
          state: 'missing',
          profiles: ['fast'],
          own: false,
          inputSize: null,
        }),
        expect.objectContaining({ id: 'pp-tinypose-256', inputSize: { widthPx: 192, heightPx: 256 } }),
      ]) as unknown,
      profiles: [
        { name: 'fast', models: ['movenet-multipose'], missing: ['movenet-multipose'], toPull: ['movenet-multipose'] },
        {
          name: 'accurate',
          missing: expect.arrayContaining(['rtmdet-nano-person']) as unknown,
          toPull: ['yolox-s', 'rtmpose-s'],
        },
        { name: 'pose3d' },
      ],
      problems: [],
    });
  });
});

/** A file that is the model `entry` describes, as far as anybody can tell. */
async function putModel(id: string): Promise<void> {
  await writeFile(path.join(bench.dashboard.dataDir, `${id}.model.json`), JSON.stringify({ ...ownModel, id }));
  await writeFile(path.join(bench.dashboard.dataDir, `${id}.onnx`), 'weights');
}

const ownModel = {
  title: 'Mine',
  task: 'person-pose',
  licence: 'MIT',
  input: {
    name: 'image',
    type: 'float32',
    layout: 'NCHW',
    colour: 'RGB',
    size: { kind: 'fixed', widthPx: 192, heightPx: 256 },
  },
  decoder: 'heatmap',
  skeleton: 'coco17',
};

async function stateOf(id: string): Promise<unknown> {
  const { body } = await bench.dashboard.viewer.call('GET', '/api/models');
  return (body as { models: { id: string; state: string }[] }).models.find((model) => model.id === id)?.state;
}

describe('removing a model', () => {
  it('can be undone, and takes the description of an own model along', async () => {
    const { admin } = bench.dashboard;
    await putModel('mine');
    expect(await stateOf('mine')).toBe('installed');
    const chosen = await addCamera({ profile: 'accurate', modelId: 'mine' });
    expect((await admin.call('DELETE', '/api/models/mine')).status).toBe(200);
    expect(await stateOf('mine')).toBeUndefined();
    const where = `/api/cameras/${(chosen.body as { id: string }).id}`;
    expect((await admin.call('PATCH', where, { name: 'Still mine', modelId: 'mine' })).status).toBe(200);
    expect((await admin.call('POST', '/api/models/mine/restore')).body).toMatchObject({
      state: 'installed',
      own: true,
    });
    expect((await admin.call('POST', '/api/models/mine/restore')).status).toBe(404);
  });

  it('is final after a day', async () => {
    const { admin, parts, dataDir } = bench.dashboard;
    await putModel('gone');
    await admin.call('DELETE', '/api/models/gone');
    expect(await emptyBin(dataDir, parts.clock.nowMs() - 60_000)).toEqual([]);
    expect((await emptyBin(dataDir, parts.clock.nowMs() + 60_000)).sort()).toEqual(['gone.model.json', 'gone.onnx']);
    expect((await admin.call('POST', '/api/models/gone/restore')).status).toBe(404);
  });

  it('is refused for the model that stands in for all others, and for one that is not there', async () => {
    const { admin } = bench.dashboard;
    expect((await admin.call('DELETE', '/api/models/movenet-multipose')).status).toBe(409);
    expect((await admin.call('DELETE', '/api/models/pp-tinypose-256')).status).toBe(404);
    expect((await admin.call('DELETE', '/api/models/nothing')).status).toBe(404);
  });
});

describe('installing a model', () => {
  it('goes on in the background and says what went wrong', async () => {
    const { admin, dataDir } = bench.dashboard;
    // A model of a person has no address that it could be fetched from.
    await writeFile(path.join(dataDir, 'lost.model.json'), JSON.stringify({ ...ownModel, id: 'lost' }));
    expect((await admin.call('POST', '/api/models/lost/pull')).body).toMatchObject({
      pull: { kind: expect.stringMatching(/waiting|running|failed/) as unknown },
    });
    await waitUntil(async () => {
      const { body } = await admin.call('GET', '/api/models');
      const lost = (body as { models: { id: string }[] }).models.find((model) => model.id === 'lost');
      expect(lost).toMatchObject({
        state: 'missing',
        pull: { kind: 'failed', problem: expect.stringMatching(/lost.*--from DIR/) as unknown },
      });
    });
    expect((await admin.call('DELETE', '/api/models/lost/pull')).body).toMatchObject({ pull: null });
    expect((await admin.call('POST', '/api/models/nothing/pull')).status).toBe(404);
  });
});

describe('the analysis of a camera', () => {
  it('is fast with a motion gate unless somebody says otherwise, and can be changed', async () => {
    const created = await addCamera();
    expect(created.body).toMatchObject({ profile: 'fast', wide: false, motionGate: true, modelId: null });
    const where = `/api/cameras/${(created.body as { id: string }).id}`;
    const change = { profile: 'accurate', wide: true, motionGate: false, modelId: 'pp-tinypose-128' };
    expect((await bench.dashboard.admin.call('PATCH', where, change)).body).toMatchObject(change);
    expect((await bench.dashboard.viewer.call('GET', where)).body).toMatchObject(change);
    const own = { profile: 'pose3d', modelId: null };
    expect((await bench.dashboard.admin.call('PATCH', where, own)).body).toMatchObject({ ...change, ...own });
  });

  it('never names a model that cannot do what the profile needs', async () => {
    const chosen = await addCamera({ profile: 'accurate', modelId: 'pp-tinypose-128' });
    const where = `/api/cameras/${(chosen.body as { id: string }).id}`;
    const refused = await bench.dashboard.admin.call('PATCH', where, { profile: 'fast' });
    expect(refused.status).toBe(400);
    expect(messageOf(refused)).toMatch(/modelId.*pp-tinypose-128.*fast use movenet-multipose/);
    expect((await bench.dashboard.viewer.call('GET', where)).body).toMatchObject({ profile: 'accurate' });
    expect((await addCamera({ modelId: 'nothing' })).status).toBe(400);
    expect((await addCamera({ profile: 'best' })).status).toBe(400);
  });

  it('of an upload is chosen with it', async () => {
    const { admin } = bench.dashboard;
    const send = (query: string) => admin.send(`/api/videos?name=a.mp4${query}`, { method: 'POST', body: 'bytes' });
    expect((await send('')).body).toMatchObject({ profile: 'fast', modelId: null });
    const chosen = await send('&profile=accurate&modelId=pp-tinypose-128');
    expect(chosen.body).toMatchObject({ profile: 'accurate', modelId: 'pp-tinypose-128' });
    expect(messageOf(await send('&profile=fast&modelId=pp-tinypose-128'))).toMatch(/modelId/);
  });
});
