import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cocoScene } from '#testing/coco-scene.js';
import { evaluate } from '../commands/evaluate.js';
import { failure, output } from '../test-run.js';

const run = (args: readonly string[]) => output(evaluate, ['coco', ...args]);

describe('posewatch evaluate coco', () => {
  let folder: string;
  let annotations: string;
  const file = (name: string, text: string): string => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-coco-'));
    annotations = file('truth.json', cocoScene(1).annotations);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints one JSON object with the promised fields for a results file', async () => {
    const predictions = file('results.json', cocoScene(1).results);
    const scores: unknown = JSON.parse(
      await run(['--annotations', annotations, '--predictions', predictions, '--json']),
    );
    expect(scores).toMatchObject({
      ap: expect.closeTo(0.26930165285643104, 10) as number,
      ap50: expect.closeTo(0.3445898161244696, 10) as number,
      ap75: expect.closeTo(0.264072306969903, 10) as number,
      ar: expect.closeTo(0.5733333333333334, 10) as number,
      images: 12,
    });
    const number = expect.any(Number) as number;
    const joint = { labelled: number, oks: number, pck02: number, pdj: number };
    expect(scores).toMatchObject({
      meanOks: number,
      persons: number,
      pck02: number,
      joints: { nose: joint, left_ankle: joint },
    });
  });

  it('shows a table without --json', async () => {
    const predictions = file('results.json', cocoScene(1).results);
    const text = await run(['--annotations', annotations, '--predictions', predictions]);
    expect(text).toMatch(/^ap +0\.269$/m);
    expect(text).toMatch(/^right_wrist +0\.\d{3}/m);
  });

  it('scores nothing predicted as 0, and a size that nobody has as null', async () => {
    const predictions = file('results.json', '[]');
    const scores: unknown = JSON.parse(
      await run(['--annotations', annotations, '--predictions', predictions, '--json']),
    );
    expect(scores).toMatchObject({ ap: 0, ar: 0, meanOks: 0, predictions: 0 });
  });

  it.each([
    ['annotations that are not JSON', '{', /truth.json is not JSON/],
    ['annotations without pictures', '{"annotations":[]}', /truth.json: images is missing/],
    ['annotations without people', '{"images":[],"annotations":[]}', /truth.json holds nobody with labelled joints/],
  ])('fails, with the name of the file, for %s', async (_, text, message) => {
    const damaged = file('truth.json', text);
    const problem = await failure(evaluate, ['coco', '--annotations', damaged, '--predictions', damaged]);
    expect(problem).toMatchObject({ kind: 'data-loss', message: expect.stringMatching(message) as string });
  });

  it('names pictures that are not there before it runs anything', async () => {
    file('99.jpg', '');
    const problem = await failure(evaluate, ['coco', '--annotations', annotations, '--images', folder]);
    expect(problem.kind).toBe('not-found');
    expect(problem.message).toMatch(
      /^11 of 12 annotated pictures are not in .*: 100.jpg, 98.jpg, 97.jpg and 8 more\.$/,
    );
  });

  it.each([
    ['no annotations', [], '--annotations is missing'],
    ['neither pictures nor predictions', ['--annotations', 'x'], 'Give either --images'],
    ['both', ['--annotations', 'x', '--images', 'y', '--predictions', 'z'], 'Give either --images'],
    ['an unknown profile', ['--annotations', 'x', '--images', 'y', '--profile', 'best'], '--profile is "best"'],
  ])('calls %s wrong usage', async (_, args, message) => {
    const problem = await failure(evaluate, ['coco', ...args]);
    expect(problem.kind).toBe('invalid-input');
    expect(problem.message).toContain(message);
  });
});
