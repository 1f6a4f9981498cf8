import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { itWithData } from '#testing/shared-data.js';
import { parsePoseTrack, type PoseTrackRole } from './parse-posetrack.js';
import { poseTrackJointOrder, type PoseSequence } from './pose-sequence.js';
import { poseTrackScores, type PoseTrackScores, type PoseTrackVariant } from './posetrack-scores.js';

/**
 * The stored outputs of the official code: poseval @4258a157 with motmetrics 1.2.0, and PoseTrack21 @3e61960e as it is and with its
 * per-frame counting bug removed ("fixed"). `<folder>/expected/<tool>_<prediction>.json` belongs to `<folder>/pred_<prediction>`.
 */
const DIGITS = 4;

function sequences(folder: string, role: PoseTrackRole): readonly PoseSequence[] {
  return readdirSync(folder)
    .sort()
    .map((name) => parsePoseTrack(readFileSync(path.join(folder, name), 'utf8'), path.join(folder, name), role));
}

type Json = Readonly<Record<string, unknown>>;

function at(file: Json, ...keys: readonly string[]): Json {
  let value: unknown = file;
  for (const key of keys) value = (value as Json)[key];
  return value as Json;
}

const list = (file: Json, name: string): readonly number[] => file[name] as readonly number[];

function expectClose(found: readonly number[], wanted: readonly (number | null)[], what: string): void {
  expect({ what, length: found.length }).toEqual({ what, length: wanted.length });
  for (const [index, value] of wanted.entries())
    if (value !== null && Number.isFinite(value) && !(Math.abs(found[index] - value) <= 0.5 * 10 ** -DIGITS))
      throw new Error(`${what}[${index}] is ${found[index]}; the official code says ${value}`);
}

const short: Readonly<Record<string, (typeof poseTrackJointOrder)[number]>> = {
  ...{ Nose: 'nose', Neck: 'head_bottom', Head: 'head_top', LS: 'left_shoulder', RS: 'right_shoulder' },
  ...{ LE: 'left_elbow', RE: 'right_elbow', LW: 'left_wrist', RW: 'right_wrist', LH: 'left_hip', RH: 'right_hip' },
  ...{ LK: 'left_knee', RK: 'right_knee', LA: 'left_ankle', RA: 'right_ankle' },
};

/** @param order the sequences as the official code happened to list them: equal scores are ordered by it. */
function scoresOf(
  { folder, prediction, order }: { folder: string; prediction: string; order: readonly string[] },
  variant: PoseTrackVariant,
): PoseTrackScores {
  const place = ({ name }: PoseSequence): number => order.indexOf(name.replace('.json', ''));
  const truths = [...sequences(path.join(folder, 'gt'), 'truth')].sort((a, b) => place(a) - place(b));
  return poseTrackScores(truths, sequences(path.join(folder, `pred_${prediction}`), 'prediction'), variant);
}

function read(folder: string, name: string): Json {
  const text = readFileSync(path.join(folder, 'expected', `${name}.json`), 'utf8');
  return JSON.parse(text.replaceAll(/\bNaN\b/g, 'null')) as Json;
}

const percent = (value: number): number => 100 * value;
const withTotal = (
  scores: PoseTrackScores,
  name: 'mota' | 'motp' | 'precision' | 'recall' | 'idf1',
): readonly number[] => [...poseTrackJointOrder.map((joint) => scores.joints[joint][name]), scores.total[name]];

function checkPoseval(folder: string, prediction: string): void {
  const expected = read(folder, `poseval_${prediction}`);
  const order = Object.keys(at(expected, 'AP', 'per_seq'));
  const scores = scoresOf({ folder, prediction, order }, 'poseval');
  expect(scores.frames).toBe(expected.num_frames_with_gt);
  const ap = at(expected, 'AP', 'total');
  expectClose([...scores.ap.map((joint) => percent(joint.ap)), scores.total.ap], list(ap, 'ap'), 'AP');
  expectClose(
    scores.ap.map((joint) => percent(joint.precision)),
    list(ap, 'pre').slice(0, 15),
    'AP precision',
  );
  expectClose(
    scores.ap.map((joint) => percent(joint.recall)),
    list(ap, 'rec').slice(0, 15),
    'AP recall',
  );
  expectClose(
    scores.ap.map((joint) => joint.objects),
    list(ap, 'num_gt'),
    'AP ground truth',
  );
  expectClose(
    scores.ap.map((joint) => joint.detections),
    list(ap, 'num_pred'),
    'AP predictions',
  );
  expectClose(
    scores.ap.map((joint) => joint.truePositives),
    list(ap, 'num_tp'),
    'AP true positives',
  );
  if (expected.MOT === undefined) return; // a single frame cannot be tracked
  const total = at(expected, 'MOT', 'total');
  for (const [name, theirs] of [
    ['mota', 'mota'],
    ['motp', 'motp'],
    ['precision', 'pre'],
    ['recall', 'rec'],
  ] as const)
    expectClose(withTotal(scores, name), list(total, theirs), `poseval ${name}`);
  checkCounts(scores, at(expected, 'MOT', 'counts_poseval'), 'poseval');
  const strict = scoresOf({ folder, prediction, order }, 'strict');
  checkCounts(strict, at(expected, 'MOT', 'counts_strict'), 'strict');
  expectClose(withTotal(strict, 'motp'), list(at(expected, 'MOT', 'counts_strict'), 'motp_match_only'), 'strict motp');
}

function checkCounts(scores: PoseTrackScores, counts: Json, what: string): void {
  const names = [
    ...([
      ['misses', 'num_misses'],
      ['switches', 'num_switches'],
      ['falsePositives', 'num_false_positives'],
    ] as const),
    ...([
      ['objects', 'num_objects'],
      ['detections', 'num_detections'],
      ['fragmentations', 'num_fragmentations'],
    ] as const),
    ...([
      ['transfers', 'num_transfer'],
      ['eventDistance', 'sum_D_all_events'],
    ] as const),
    ...([['matchedDistance', 'sum_D_match_switch']] as const),
  ] as const;
  for (const [ours, theirs] of names)
    expectClose(
      scores.mot.map((joint) => joint[ours]),
      list(counts, theirs),
      `${what} ${ours}`,
    );
  for (const [ours, theirs] of [
    ['mota', 'mota'],
    ['precision', 'pre'],
    ['recall', 'rec'],
    ['idf1', 'idf1'],
  ] as const)
    expectClose(withTotal(scores, ours), list(counts, theirs), `${what} ${ours}`);
}

const hotaFields = [
  ...([
    ['HOTA_TP', 'truePositives'],
    ['HOTA_FN', 'falseNegatives'],
    ['HOTA_FP', 'falsePositives'],
  ] as const),
  ...([
    ['AssRe', 'assRe'],
    ['AssPr', 'assPr'],
    ['AssA', 'assA'],
    ['FragA', 'fragA'],
    ['LocA', 'locA'],
  ] as const),
  ...([
    ['DetRe', 'detRe'],
    ['DetPr', 'detPr'],
    ['DetA', 'detA'],
    ['HOTA', 'hota'],
    ['RHOTA', 'rhota'],
  ] as const),
  ...([['FA-HOTA', 'faHota']] as const),
] as const;

function checkHota(folder: string, prediction: string, tool: 'posetrack21' | 'posetrack21fixed'): void {
  const expected = read(folder, `${tool}_${prediction}`);
  const variant = tool === 'posetrack21' ? 'posetrack21-official' : 'posetrack21';
  const scores = scoresOf({ folder, prediction, order: [] }, variant);
  const order = (expected.joint_order as readonly string[]).map((name) =>
    name === 'total' ? poseTrackJointOrder.length : poseTrackJointOrder.indexOf(short[name]),
  );
  const combined = at(expected, 'HOTA', 'combined');
  for (const [theirs, ours] of hotaFields) {
    const isCount = theirs.startsWith('HOTA_');
    const values = order.map((joint) => scores.hota[joint].map((alpha) => alpha[ours]));
    const means = values.map((alphas) => alphas.reduce((sum, value) => sum + value, 0) / alphas.length);
    const field = at(combined, theirs);
    expectClose(isCount ? means : means.map(percent), list(field, 'mean_over_alpha_per_joint'), `${tool} ${theirs}`);
    expectClose(values[order.length - 1], list(field, 'total_per_alpha'), `${tool} total ${theirs} by alpha`);
  }
  const map = at(expected, 'mAP', 'combined', 'map');
  expectClose([scores.total.ap], [map.Total as number], `${tool} mAP`);
}

describe('PoseTrack scores, against stored outputs of the official code', () => {
  const synthetic = 'posetrack/synthetic';
  const cases: readonly (readonly [string, string, 'poseval' | 'posetrack21' | 'posetrack21fixed'])[] = [
    ...['perfect', 'noisy', 'idswap', 'gaps'].flatMap((prediction) =>
      (['poseval', 'posetrack21', 'posetrack21fixed'] as const).map((tool) => [synthetic, prediction, tool] as const),
    ),
    ...['gtpose_noisy_greedy', 'openpose_matched_greedy'].flatMap((prediction) =>
      (['poseval', 'posetrack21fixed'] as const).map((tool) => ['posetrack/shelf2d', prediction, tool] as const),
    ),
    ...(['poseval', 'posetrack21'] as const).map((tool) => ['posetrack/pt18_real_frames', 'noisy', tool] as const),
  ];
  for (const [folder, prediction, tool] of cases)
    itWithData(
      `${tool} of ${folder} ${prediction}: every count and rate of every joint`,
      [folder],
      (given) => {
        if (tool === 'poseval') checkPoseval(given, prediction);
        else checkHota(given, prediction, tool);
      },
      60_000,
    );
});
