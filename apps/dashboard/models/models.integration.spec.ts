import { benchOfFile, type Answer } from '../test-client.js';

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
        { name: 'fast', models: ['movenet-multipose'], missing: ['movenet-multipose'] },
        { name: 'accurate', missing: expect.arrayContaining(['rtmdet-nano-person']) as unknown },
        { name: 'pose3d' },
      ],
      problems: [],
    });
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
