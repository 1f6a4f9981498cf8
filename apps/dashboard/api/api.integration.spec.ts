import { cameraChanged } from '#contracts/camera-changed.js';
import { waitUntil } from '#testing/servers.js';
import { type Answer, benchOfFile } from '../test-client.js';

jest.setTimeout(30_000);

const bench = benchOfFile();

const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;
const kindOf = (answer: Answer): string => (answer.body as { error: { kind: string } }).error.kind;
const idOf = (answer: Answer): string => (answer.body as { id: string }).id;

async function addCamera(url = 'rtsp://admin:s3cret@10.1.2.3/one'): Promise<string> {
  return idOf(await bench.dashboard.admin.call('POST', '/api/cameras', { name: 'Gate', url }));
}

describe('cameras', () => {
  it('are created, listed, changed, deleted and restored, and never show their credentials', async () => {
    const created = await bench.dashboard.admin.call('POST', '/api/cameras', {
      name: 'Yard',
      url: 'rtsp://admin:s3cret@10.1.2.3:554/one',
      fps: 5,
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: 'Yard',
      url: 'rtsp://10.1.2.3:554/one',
      hasCredentials: true,
      fps: 5,
      health: null,
    });
    const where = `/api/cameras/${idOf(created)}`;
    const changed = await bench.dashboard.admin.call('PATCH', where, { name: 'Back yard', enabled: false });
    expect(changed.body).toMatchObject({ name: 'Back yard', enabled: false, fps: 5 });
    const list = await bench.dashboard.admin.call('GET', '/api/cameras');
    expect(JSON.stringify([created.body, changed.body, list.body])).not.toContain('s3cret');
    expect(JSON.stringify(await bench.dashboard.parts.database.camera.findMany())).not.toContain('s3cret');
    expect((await bench.dashboard.admin.call('DELETE', where)).status).toBe(200);
    expect((await bench.dashboard.admin.call('GET', where)).status).toBe(404);
    expect((await bench.dashboard.admin.call('DELETE', where)).status).toBe(404);
    expect((await bench.dashboard.admin.call('POST', `${where}/restore`)).body).toMatchObject({ name: 'Back yard' });
    expect((await bench.dashboard.admin.call('GET', where)).status).toBe(200);
  });

  it('keep their credentials when the path changes, and do not take them to another host', async () => {
    const where = `/api/cameras/${await addCamera()}`;
    const path2 = await bench.dashboard.admin.call('PATCH', where, { url: 'rtsp://10.1.2.3/two' });
    expect(path2.body).toMatchObject({ url: 'rtsp://10.1.2.3/two', hasCredentials: true });
    const host2 = await bench.dashboard.admin.call('PATCH', where, { url: 'rtsp://10.9.9.9/two' });
    expect(host2.body).toMatchObject({ hasCredentials: false });
  });

  it('keep passwords that stand in parameters sealed too, and fill them in again', async () => {
    const { admin, parts } = bench.dashboard;
    const id = await addCamera('http://10.1.2.3/cgi?channel=1&user=admin&password=s3cret');
    const where = `/api/cameras/${id}`;
    const shown = { url: 'http://10.1.2.3/cgi?channel=1&user=&password=', hasCredentials: true };
    expect((await admin.call('GET', where)).body).toMatchObject(shown);
    expect(JSON.stringify(await parts.database.camera.findMany())).not.toContain('s3cret');
    const sealed = async (): Promise<string> => {
      const row = await parts.database.camera.findUniqueOrThrow({ where: { id } });
      return row.credentials === null ? '' : parts.secretBox.open(row.credentials);
    };
    expect(await sealed()).toBe('?user=admin&password=s3cret');
    await admin.call('PATCH', where, { url: 'http://10.1.2.3/cgi?channel=2&user=&password=n3w' });
    expect(await sealed()).toBe('?user=admin&password=n3w');
  });

  it.each([
    [{ name: 'x', url: 'ftp://10.0.0.1/' }, /url.*ftp/],
    [{ name: 'x', url: 'not a url' }, /url/],
    [{ name: '', url: 'rtsp://10.0.0.1/' }, /name/],
    [{ name: 'x', url: 'rtsp://10.0.0.1/', fps: 1e9 }, /fps.*120/],
    [{ name: 'x', url: 'rtsp://10.0.0.1/', colour: 'red' }, /colour/],
    [{}, /name.*url/],
  ])('%j is refused, naming the field', async (body, message) => {
    const answer = await bench.dashboard.admin.call('POST', '/api/cameras', body);
    expect([answer.status, kindOf(answer)]).toEqual([400, 'invalid-input']);
    expect(messageOf(answer)).toMatch(message);
  });

  it('are tested before they are added: a wrong address is an answer with a reason', async () => {
    const answer = await bench.dashboard.admin.call('POST', '/api/cameras/test', {
      url: 'rtsp://u:s3cret@127.0.0.1:9/x',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ok: false, widthPx: null });
    const problem = (answer.body as { problem: string }).problem;
    expect(problem.length).toBeGreaterThan(10);
    expect(problem).not.toContain('s3cret');
    const scheme = await bench.dashboard.admin.call('POST', '/api/cameras/test', { url: 'gopher://x/' });
    expect((scheme.body as { problem: string }).problem).toContain('gopher');
  }, 30_000);

  it('show the health that ingest reports, and nothing when it has fallen silent', async () => {
    const id = await addCamera();
    const health = {
      type: 'camera.health',
      v: 1,
      cameraId: id,
      epoch: 2,
      state: 'live',
      problem: null,
      fpsIn: 25,
      fpsCaptured: 10,
      inFlight: 1,
      reconnects: 0,
      atMs: 5,
    };
    await bench.dashboard.parts.keyValues.setJson(`health:${id}`, health, 10_000);
    expect((await bench.dashboard.viewer.call('GET', `/api/cameras/${id}`)).body).toMatchObject({ health });
    expect((await bench.dashboard.viewer.call('GET', '/api/system')).body).toMatchObject({
      health: expect.arrayContaining([health]) as unknown,
      queues: expect.arrayContaining([{ name: 'videos', waiting: 0, active: 0, failed: 0 }]) as unknown,
    });
    await bench.dashboard.parts.keyValues.delete([`health:${id}`]);
    expect((await bench.dashboard.viewer.call('GET', `/api/cameras/${id}`)).body).toMatchObject({ health: null });
  });

  it('tell ingest and tracker when they change', async () => {
    const heard: string[] = [];
    const { topics } = bench.dashboard.parts;
    const stop = await topics.subscribe('camera.changed', cameraChanged, (message) => heard.push(message.cameraId));
    const id = await addCamera();
    await waitUntil(() => (heard.includes(id) ? Promise.resolve() : Promise.reject(new Error('not heard'))), 5000);
    stop();
  });
});

describe('zones and rules', () => {
  const square = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
  ];

  it('are made, changed, deleted and restored', async () => {
    const cameraId = await addCamera();
    const zone = await bench.dashboard.admin.call('POST', `/api/cameras/${cameraId}/zones`, {
      name: 'Door',
      polygon: square,
    });
    expect(zone.status).toBe(201);
    const zoneId = idOf(zone);
    const rule = await bench.dashboard.admin.call('POST', '/api/rules', {
      kind: 'intrusion',
      name: 'Nobody at the door',
      zoneId,
    });
    expect(rule.body).toMatchObject({ kind: 'intrusion', cameraId, zoneId, params: {}, enabled: true });
    const where = `/api/rules/${idOf(rule)}`;
    expect(
      (await bench.dashboard.admin.call('PATCH', where, { params: { dwellSec: 3 }, enabled: false })).body,
    ).toMatchObject({
      params: { dwellSec: 3 },
      enabled: false,
      zoneId,
    });
    expect((await bench.dashboard.admin.call('DELETE', where)).status).toBe(200);
    expect((await bench.dashboard.admin.call('POST', `${where}/restore`)).status).toBe(200);
    const moved = await bench.dashboard.admin.call('PATCH', `/api/zones/${zoneId}`, { name: 'Back door' });
    expect(moved.body).toMatchObject({ name: 'Back door', polygon: square });
    expect((await bench.dashboard.admin.call('DELETE', `/api/zones/${zoneId}`)).status).toBe(200);
    expect((await bench.dashboard.admin.call('GET', `/api/cameras/${cameraId}/zones`)).body).toEqual({ zones: [] });
    expect((await bench.dashboard.admin.call('POST', `/api/zones/${zoneId}/restore`)).status).toBe(200);
  });

  it.each([
    [{ kind: 'intrusion', name: 'x' }, /zoneId/],
    [{ kind: 'running', name: 'x', params: { speed: 1 } }, /params.*speedHeightsPerSec/],
    [{ kind: 'loitering', name: 'x', params: { dwellSec: -1 } }, /dwellSec/],
    [{ kind: 'dancing', name: 'x' }, /kind/],
    [{ kind: 'running', name: 'x', cameraId: 'cam_nowhere' }, /cameraId.*cam_nowhere/],
    [{ kind: 'running', name: 'x', zoneId: 'zon_nowhere' }, /zoneId.*zon_nowhere/],
  ])('%j is refused, naming the field', async (body, message) => {
    const answer = await bench.dashboard.admin.call('POST', '/api/rules', body);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toMatch(message);
  });

  it.each([
    [[[0, 0]]],
    [
      [
        [0, 0],
        [2, 0],
        [1, 1],
      ],
    ],
    ['circle'],
  ])('a polygon of %j is refused', async (polygon) => {
    const answer = await bench.dashboard.admin.call('POST', `/api/cameras/${await addCamera()}/zones`, {
      name: 'x',
      polygon,
    });
    expect(messageOf(answer)).toMatch(/polygon/);
  });

  it('describe their limits, so that a form can be drawn', async () => {
    const { body } = await bench.dashboard.viewer.call('GET', '/api/rules/kinds');
    expect(body).toMatchObject({
      kinds: [{ kind: 'intrusion', needsZone: true }, { kind: 'loitering' }, { kind: 'running' }],
    });
  });
});

it('says what takes room, and what its limit is', async () => {
  const { parts, viewer } = bench.dashboard;
  const { body } = await viewer.call('GET', '/api/system/storage');
  expect(body).toMatchObject({
    parts: [
      { name: 'recordings', bytes: 0, limitBytes: parts.settings.POSEWATCH_RECORDING_MAX_BYTES },
      { name: 'uploads' },
      { name: 'snapshots' },
      { name: 'models' },
      { name: 'database', limitBytes: null },
    ],
  });
  const { parts: used } = body as { parts: { name: string; bytes: number }[] };
  expect(used.find((part) => part.name === 'database')?.bytes).toBeGreaterThan(1e6);
});

describe('what goes wrong', () => {
  it('has one shape, whoever noticed it', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await bench.dashboard.admin.send('/api/cameras', { method: 'POST', body: '{"name":', headers });
    expect([broken.status, kindOf(broken)]).toEqual([400, 'invalid-input']);
    const nowhere = await bench.dashboard.admin.call('GET', '/api/nothing');
    expect([nowhere.status, kindOf(nowhere)]).toEqual([404, 'not-found']);
    const large = await bench.dashboard.admin.call('POST', '/api/cameras', {
      name: 'x'.repeat(300_000),
      url: 'rtsp://a/',
    });
    expect([large.status, kindOf(large)]).toEqual([413, 'invalid-input']);
    const odd = await bench.dashboard.admin.call('GET', '/api/cameras/..%2f..%2fetc');
    expect(odd.status).toBe(400);
  });

  it('counts in the meters', async () => {
    const { body } = await bench.dashboard.nobody.call('GET', '/metrics');
    expect(body).toMatch(/posewatch_http_requests_total\{method="GET",status="404"\} [1-9]/);
    expect(body).toMatch(/posewatch_queue_messages\{queue="frames",state="waiting"\} 0/);
    const proxied = await bench.dashboard.nobody.send('/metrics', { headers: { 'x-forwarded-for': '8.8.8.8' } });
    expect(proxied.status).toBe(401);
  });
});

describe('an outage', () => {
  it('of PostgreSQL is said, and over when it is back', async () => {
    await bench.postgres.kill();
    const during = await bench.dashboard.admin.call('GET', '/api/cameras');
    expect([during.status, kindOf(during)]).toEqual([503, 'unavailable']);
    expect(await bench.dashboard.nobody.call('GET', '/api/health')).toMatchObject({
      status: 503,
      body: { database: false },
    });
    await bench.postgres.restart();
    expect((await bench.dashboard.admin.call('GET', '/api/cameras')).status).toBe(200);
    expect(await bench.dashboard.nobody.call('GET', '/api/health')).toMatchObject({ status: 200, body: { ok: true } });
  }, 30_000);

  it('of Redis leaves cameras readable', async () => {
    await bench.redis.kill();
    expect((await bench.dashboard.admin.call('GET', '/api/cameras')).status).toBe(200);
    expect((await bench.dashboard.admin.call('GET', '/api/system')).status).toBe(503);
    await bench.redis.restart();
    await waitUntil(async () => {
      expect((await bench.dashboard.admin.call('GET', '/api/system')).status).toBe(200);
    });
  }, 30_000);
});
