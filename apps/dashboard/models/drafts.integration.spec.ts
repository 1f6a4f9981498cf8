import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { greedyModel } from '#testing/hostile-models.js';
import { itWithData } from '#testing/shared-data.js';
import { tinyHeatmapFacts, tinyHeatmapModel } from '#testing/tiny-heatmap-model.js';
import { benchOfFile, type Answer } from '../test-client.js';

jest.setTimeout(60_000);

const bench = benchOfFile();
const drafts = (): string => path.join(bench.dashboard.dataDir, 'model-drafts');
const messageOf = (answer: Answer): string => (answer.body as { error: { message: string } }).error.message;

async function upload(bytes: Uint8Array): Promise<string> {
  const body = new Uint8Array(bytes);
  const answer = await bench.dashboard.admin.send('/api/model-drafts?name=mine.onnx', { method: 'POST', body });
  expect(answer.body).toMatchObject({ name: 'mine.onnx', bytes: bytes.length });
  return (answer.body as { id: string }).id;
}

const call = (id: string, what: 'trial' | 'model', description: object, replace?: boolean): Promise<Answer> =>
  bench.dashboard.admin.call('POST', `/api/model-drafts/${id}/${what}`, { description, replace });

describe("a model of one's own", () => {
  it('can be described with what the decoders need', async () => {
    const { body } = await bench.dashboard.viewer.call('GET', '/api/models/decoders');
    expect((body as { decoders: unknown[] }).decoders).toContainEqual(
      expect.objectContaining({
        name: 'heatmap',
        tasks: ['person-pose'],
        outputs: [{ role: 'heatmaps', types: ['float32'], shape: '[N, J, rows, columns]', optional: false }],
      }),
    );
  });

  it('is tried, then added, then can be chosen for a camera', async () => {
    const { admin } = bench.dashboard;
    const id = await upload(tinyHeatmapModel());
    const trial = await call(id, 'trial', tinyHeatmapFacts);
    expect(trial.body).toMatchObject({
      ok: true,
      problem: null,
      trial: { provider: 'cpu', widthPx: 48, heightPx: 64 },
    });
    const added = await call(id, 'model', { ...tinyHeatmapFacts, title: 'Mine' });
    expect([added.status, added.body]).toMatchObject([
      201,
      { id: 'tiny', title: 'Mine', own: true, state: 'installed' },
    ]);
    expect(readdirSync(drafts())).toEqual([]);
    const camera = { name: 'x', url: 'rtsp://10.0.0.1/', profile: 'accurate', modelId: 'tiny' };
    expect((await admin.call('POST', '/api/cameras', camera)).status).toBe(201);
  });

  it.each([
    [
      'a field that is wrong',
      { decoder: 'magic' },
      tinyHeatmapModel(),
      'description',
      /decoder: "magic"; it is one of/,
    ],
    ['a file that is no model', {}, Buffer.from('hello'), 'corrupt', /does not work/],
    ['a hunger for memory', {}, greedyModel(2n ** 60n), 'memory', /Failed to allocate/],
    ['values that are no numbers', {}, tinyHeatmapModel({ last: 'Sqrt' }), 'not-finite', /holds NaN/],
    [
      'an input of another name',
      { input: { ...tinyHeatmapFacts.input, name: 'x' } },
      tinyHeatmapModel(),
      'input',
      /"x"/,
    ],
  ])('is not taken with %s, and the reason is told', async (_, change, bytes, reason, problem) => {
    const id = await upload(bytes);
    const said = { ...tinyHeatmapFacts, id: 'refused', ...change };
    const trial = await call(id, 'trial', said);
    expect(trial.body).toMatchObject({ ok: false, reason, problem: expect.stringMatching(problem) as unknown });
    expect((await call(id, 'model', said)).status).toBe(400);
    const { body } = await bench.dashboard.viewer.call('GET', '/api/models');
    expect(JSON.stringify(body)).not.toContain('refused');
    expect((await bench.dashboard.admin.call('DELETE', `/api/model-drafts/${id}`)).status).toBe(200);
    expect((await call(id, 'trial', said)).status).toBe(404);
  });

  it('takes the place of another one only when that is asked for', async () => {
    await call(await upload(tinyHeatmapModel()), 'model', { ...tinyHeatmapFacts, id: 'twice' });
    const id = await upload(tinyHeatmapModel());
    expect((await call(id, 'model', { ...tinyHeatmapFacts, id: 'twice' })).status).toBe(409);
    expect((await call(id, 'model', { ...tinyHeatmapFacts, id: 'twice' }, true)).status).toBe(201);
    const product = await call(await upload(tinyHeatmapModel()), 'model', {
      ...tinyHeatmapFacts,
      id: 'movenet-multipose',
    });
    expect([product.status, messageOf(product)]).toEqual([409, expect.stringContaining('Posewatch itself')]);
  });
});

describe('a known model whose file somebody has', () => {
  const give = (id: string, body: Uint8Array): Promise<Answer> =>
    bench.dashboard.admin.send(`/api/models/${id}/file`, { method: 'POST', body: new Uint8Array(body) });

  it('is not installed from another file', async () => {
    const before = readdirSync(drafts());
    const answer = await give('rtmdet-nano-person', tinyHeatmapModel());
    expect(answer.status).toBe(404);
    expect(messageOf(answer)).toContain('rtmdet_nano_person.onnx');
    expect((await give('movenet-multipose', tinyHeatmapModel())).status).toBe(409);
    expect(readdirSync(drafts())).toEqual(before);
  });

  itWithData('is installed from it', ['models/pp_tinypose_128x96.onnx'], async (file) => {
    const answer = await give('pp-tinypose-128', await readFile(file));
    expect([answer.status, answer.body]).toMatchObject([200, { id: 'pp-tinypose-128', state: 'installed' }]);
  });
});
