import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { installedModel } from '#testing/installed-model.js';
import { models } from './models.js';

const listed = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      task: z.string(),
      licence: z.string(),
      installed: z.boolean(),
      sha256: z.string().length(64),
      state: z.string(),
    }),
  ),
});

describe('posewatch models', () => {
  let modelsDir = '';
  beforeEach(() => {
    modelsDir = mkdtempSync(path.join(os.tmpdir(), 'posewatch-models-'));
  });
  afterEach(() => {
    rmSync(modelsDir, { recursive: true });
  });

  async function run(...args: string[]): Promise<string[]> {
    const lines: string[] = [];
    await models.run(args, {
      out: (line) => lines.push(line),
      progress: () => undefined,
      environment: { POSEWATCH_MODELS_DIR: modelsDir },
      signal: new AbortController().signal,
    });
    return lines;
  }

  it('lists each model, with what other programs rely on', async () => {
    const [line] = await run('list', '--json');
    const [first] = listed.parse(JSON.parse(line)).models;
    expect(first).toMatchObject({ id: 'movenet-multipose', licence: 'Apache-2.0', installed: false, state: 'missing' });
    expect((await run('list')).join('\n')).toMatch(/movenet-multipose +not installed +Apache-2.0/);
  });

  it('verify fails for a model that is missing or damaged', async () => {
    await expect(run('verify')).rejects.toMatchObject({
      kind: 'data-loss',
      message: expect.stringContaining('(missing)') as string,
    });
    writeFileSync(path.join(modelsDir, 'movenet-multipose.onnx'), 'cut off');
    await expect(run('verify')).rejects.toThrow(/movenet-multipose \(damaged\)/);
  });

  it('pull says what is missing in the folder it was given', async () => {
    await expect(run('pull', '--from', modelsDir)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it.each([[['remove']], [[]], [['list', 'nothing']], [['pull', '--nothing']]])(
    'refuses wrong usage: %j',
    async (args) => {
      await expect(run(...args)).rejects.toMatchObject({ kind: 'invalid-input' });
    },
  );

  const file = installedModel('movenet-multipose');
  (file === null ? it.skip : it)(
    'pull takes an installed model from another folder (needs the default model)',
    async () => {
      const from = path.dirname(file ?? '');
      const [line] = await run('pull', '--from', from, '--json');
      expect(listed.parse(JSON.parse(line)).models[0].installed).toBe(true);
      expect(readFileSync(path.join(modelsDir, 'movenet-multipose.onnx')).equals(readFileSync(file ?? ''))).toBe(true);
      expect(await run('verify')).toHaveLength(1);
    },
  );
});
