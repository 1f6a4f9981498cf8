import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseCocoAnnotations, parseCocoResults } from '#evaluation/coco-annotations.js';
import { cocoScene } from '#testing/coco-scene.js';
import { cocoScores } from '../evaluate/coco.js';
import { chart, paperColours } from './chart.js';
import { compareModels } from './compare.js';
import { median, type ComparedRow, type Comparison } from './comparison.js';
import { groupOks, jointGroups } from './joint-groups.js';
import { comparisonPage } from './page.js';

function row(name: string, seed: number): ComparedRow {
  const { annotations, results } = cocoScene(seed);
  const groundTruth = parseCocoAnnotations(annotations, 'truth');
  const scores = cocoScores(groundTruth, parseCocoResults(results, 'results', groundTruth));
  const facts = { models: ['a-model'], licences: ['MIT'], bytes: 2_500_000, provider: 'cpu', msPerPicture: 42.4 };
  return { name, ...facts, scores };
}

const comparison: Comparison = {
  at: '2026-11-21T12:00:00.000Z',
  machine: 'a <fast> machine',
  annotations: 'truth.json',
  images: 12,
  persons: 20,
  rows: [row('fast', 1), row('accurate', 2)],
  failed: [{ name: 'pose3d', problem: 'its file is <missing> & gone' }],
};

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[5], 5],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('jointGroups', () => {
  it('puts left and right together, from nose to ankle, each joint once', () => {
    expect(jointGroups.map(({ name }) => name)).toEqual([
      ...['nose', 'eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'],
    ]);
    expect(new Set(jointGroups.flatMap(({ joints }) => joints)).size).toBe(17);
  });

  it('weighs sides by how often they are labelled: 3 of 0.8 and 1 of 0.4 make 0.7', () => {
    const some = row('fast', 1);
    const at = (labelled: number, oks: number) => ({ labelled, oks, pck02: 1, pdj: 1 });
    const joints = { ...some.scores.joints, left_eye: at(3, 0.8), right_eye: at(1, 0.4), nose: at(0, Number.NaN) };
    const changed = { ...some, scores: { ...some.scores, joints } };
    expect(groupOks(changed, jointGroups[1])).toBeCloseTo(0.7, 12);
    expect(groupOks(changed, jointGroups[0])).toBeNull();
  });
});

describe('chart', () => {
  it('has a mark for each model in each joint group and in the plot of time, and each name', () => {
    const svg = chart(comparison.rows, paperColours);
    expect(svg.match(/<circle/g)).toHaveLength(1 + jointGroups.length + 1);
    expect(svg).toContain('>accurate</text>');
    expect(svg).not.toContain('NaN');
  });
});

describe('comparisonPage', () => {
  const page = comparisonPage(comparison);

  it('shows every model, joint and problem, and escapes what people wrote', () => {
    for (const text of ['<th scope="col">fast</th>', '<th scope="row">left wrist</th>', '42', '2.5 MB', 'MIT'])
      expect(page).toContain(text);
    expect(page).toContain('its file is &#60;missing&#62; &#38; gone');
    expect(page).not.toContain('<missing>');
  });

  it('asks for nothing over the network and has no script', () => {
    const addresses = page.match(/(?:https?:)?\/\/[^\s"'<]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(page).not.toMatch(/<script|<link|@import|url\(/);
  });
});

describe('posewatch models compare', () => {
  const run = async (args: readonly string[]): Promise<unknown> => {
    const io = {
      out: () => undefined,
      progress: () => undefined,
      environment: {},
      signal: new AbortController().signal,
    };
    return compareModels(args, io).catch((problem: unknown) => problem);
  };

  it.each([
    ['no folder for the results', ['fast', '--images', 'x', '--annotations', 'y'], /--out are needed/],
    ['an unknown model', ['best', '--images', 'x', '--annotations', 'y', '--out', 'z'], /There is no model "best"/],
    [
      'a model without joints',
      ['rtmdet-nano-person', '--images', 'x', '--annotations', 'y', '--out', 'z'],
      /finds no joints to compare/,
    ],
  ])('calls %s wrong usage', async (_, args, message) => {
    expect(await run(args)).toMatchObject({ kind: 'invalid-input', message: expect.stringMatching(message) as string });
  });

  it('names missing pictures before it runs anything', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-compare-'));
    const annotations = path.join(folder, 'truth.json');
    writeFileSync(annotations, cocoScene(1).annotations);
    const problem = await run(['--images', folder, '--annotations', annotations, '--out', path.join(folder, 'out')]);
    expect(problem).toMatchObject({ kind: 'not-found', message: expect.stringContaining('100.jpg') as string });
    rmSync(folder, { recursive: true });
  });
});
