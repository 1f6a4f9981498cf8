import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { itWithData } from '#testing/shared-data.js';
import { failure, output } from '../test-run.js';
import { evaluate } from './evaluate.js';

const run = (args: readonly string[]) => output(evaluate, args);

describe('posewatch evaluate mot', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  };

  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-evaluate-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints one JSON object with the promised fields', async () => {
    const gt = file('gt.txt', '1,1,0,0,10,10,1,-1,-1,-1\n2,1,0,0,10,10,1,-1,-1,-1\n');
    const pred = file('pred.txt', '1,5,0,0,10,10,0.9,-1,-1,-1\n2,6,0,0,10,10,0.8,-1,-1,-1\n');
    expect(JSON.parse(await run(['mot', '--gt', gt, '--pred', pred, '--json']))).toEqual({
      mota: 0.5,
      motp: 0,
      idf1: 0.5,
      idp: 0.5,
      idr: 0.5,
      hota: expect.closeTo(Math.sqrt(0.5), 12) as number,
      deta: 1,
      assa: 0.5,
      idSwitches: 1,
      falsePositives: 0,
      misses: 0,
      objects: 2,
      ap50: 1,
    });
  });

  it('scores an empty prediction instead of failing', async () => {
    const gt = file('gt.txt', '1,1,0,0,10,10,1\n');
    const scores: unknown = JSON.parse(await run(['mot', '--gt', gt, '--pred', file('pred.txt', ''), '--json']));
    expect(scores).toMatchObject({ mota: 0, misses: 1, motp: null, ap50: 0 });
  });

  it('fails with file and line for a damaged file', async () => {
    const gt = file('gt.txt', '1,1,0,0,10,10,1\n1,2,0,0,ten,10,1\n');
    const problem = await failure(evaluate, ['mot', '--gt', gt, '--pred', gt]);
    expect(problem).toMatchObject({ kind: 'data-loss' });
    expect(problem.message).toBe(`${gt}, line 2, frame 1: field 5 (width) is "ten"; it must be a number`);
  });

  it('fails with the name of a file that is not there', async () => {
    const problem = await failure(evaluate, ['mot', '--gt', path.join(folder, 'none.txt'), '--pred', 'x']);
    expect(problem.kind).toBe('not-found');
    expect(problem.message).toContain('none.txt');
  });

  it.each([
    ['nothing', [], 'Say what to evaluate.'],
    ['an unknown variant', ['pose3'], '"pose3" cannot be evaluated'],
    ['no ground truth', ['mot', '--pred', 'x'], '--gt is missing'],
    ['an unknown flag', ['mot', '--truth', 'x'], "Unknown option '--truth'"],
  ])('calls %s wrong usage', async (_, args, message) => {
    const problem = await failure(evaluate, args);
    expect(problem.kind).toBe('invalid-input');
    expect(problem.message).toContain(message);
  });

  itWithData('scores a public sequence', ['mot/TUD-Campus/gt.txt', 'mot/TUD-Campus/test.txt'], async (gt, pred) => {
    expect(JSON.parse(await run(['mot', '--gt', gt, '--pred', pred, '--json']))).toMatchObject({
      idSwitches: 7,
      falsePositives: 13,
      misses: 150,
      objects: 359,
    });
  });
});
