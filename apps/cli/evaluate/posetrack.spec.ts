import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { itWithData } from '#testing/shared-data.js';
import { evaluate } from '../commands/evaluate.js';
import { output } from '../test-run.js';

const run = (args: readonly string[]) => output(evaluate, ['posetrack', ...args]);

describe('posewatch evaluate posetrack', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-posetrack-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  itWithData('prints every joint and the total, in per cent', ['posetrack/synthetic'], async (synthetic) => {
    const folders = ['--gt', path.join(synthetic, 'gt'), '--pred', path.join(synthetic, 'pred_noisy')];
    const text = await run(['--json', ...folders]);
    const { variant, frames, total, joints } = JSON.parse(text) as Record<string, Record<string, number>>;
    expect({ variant, frames, joints: Object.keys(joints).length }).toEqual({
      variant: 'poseval',
      frames: 117,
      joints: 15,
    });
    expect(total.ap).toBeCloseTo(81.681279, 4);
    expect(Object.keys(total)).toEqual(['ap', 'mota', 'motp', 'precision', 'recall', 'idf1', 'hota']);
    expect(await run([...folders, '--variant', 'posetrack21'])).toContain('posetrack21, ');
  });

  it.each([
    ['without --gt', ['--pred', 'x'], 'invalid-input', '--gt is missing.'],
    [
      'with an unknown variant',
      ['--gt', 'x', '--pred', 'x', '--variant', 'mot17'],
      'invalid-input',
      '"mot17"; it must be poseval',
    ],
    ['with a folder that is not there', ['--gt', '/none', '--pred', 'x'], 'not-found', '/none cannot be read'],
  ])('says what is wrong %s', async (_, args, kind, message) => {
    await expect(run(args)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) as string });
  });

  it('names file and field of a damaged file, and the folder without files', async () => {
    const [gt, pred] = [path.join(folder, 'gt'), path.join(folder, 'pred')];
    mkdirSync(gt);
    mkdirSync(pred);
    await expect(run(['--gt', gt, '--pred', pred])).rejects.toMatchObject({ kind: 'not-found' });
    writeFileSync(path.join(gt, 'a.json'), '{"images":[{"id":"one"}],"annotations":[]}');
    await expect(run(['--gt', gt, '--pred', pred])).rejects.toMatchObject({
      kind: 'data-loss',
      message: `${path.join(gt, 'a.json')}: categories is missing`,
    });
  });
});
