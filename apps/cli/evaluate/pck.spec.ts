import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cocoScene } from '#testing/coco-scene.js';
import { evaluate } from '../commands/evaluate.js';
import { output } from '../test-run.js';

describe('posewatch evaluate pck', () => {
  let folder: string;
  let given: readonly string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-pck-'));
    const { annotations, results } = cocoScene(1);
    const [truth, predictions] = ['truth.json', 'results.json'].map((name) => path.join(folder, name));
    writeFileSync(truth, annotations);
    writeFileSync(predictions, results);
    given = ['pck', '--annotations', truth, '--predictions', predictions];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (args: readonly string[]) => output(evaluate, args);

  it('finds more joints right the further it reaches', async () => {
    const shares: number[] = [];
    for (const reach of ['0.01', '0.05', '0.5'])
      shares.push((JSON.parse(await run([...given, '--reach', reach, '--json'])) as { pck: number }).pck);
    expect(shares[0]).toBeLessThan(shares[1]);
    expect(shares[1]).toBeLessThan(shares[2]);
    expect(shares[2]).toBeLessThanOrEqual(1);
  });

  it('shows every joint in a table', async () => {
    const text = await run(given);
    expect(text).toMatch(/^all joints +[01]\.\d{3} +[01]\.\d{3} +\d+$/m);
    expect(text).toMatch(/^left_ankle +[01]\.\d{3}/m);
  });

  it.each([
    ['no predictions', ['pck', '--annotations', 'x'], '--predictions is missing'],
    ['a reach of 0', ['pck', '--annotations', 'x', '--predictions', 'y', '--reach', '0'], '--reach is "0"'],
    [
      'a reach that is no number',
      ['pck', '--annotations', 'x', '--predictions', 'y', '--reach', 'far'],
      '--reach is "far"',
    ],
  ])('calls %s wrong usage', async (_, args, message) => {
    await expect(run(args)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining(message) as string,
    });
  });
});
