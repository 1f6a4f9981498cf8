import { AppError } from '#base/errors.js';
import { cocoAverages, type CocoAverages } from '#evaluation/coco-ap.js';
import type { CocoGroundTruth, CocoResult } from '#evaluation/coco-annotations.js';
import { jointScores, type JointScore } from '#evaluation/coco-joints.js';
import { profileNames, type ProfileName } from '#pose/profile.js';
import { cocoJoints, type CocoJoint } from '#pose/skeleton.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { readAnnotations, readResults } from './coco-files.js';
import { runPoses } from './pose-run.js';

export const COCO_USAGE = `posewatch evaluate coco --annotations FILE --images DIR [--profile ${profileNames.join('|')}] [--model ID] [--wide] [--json]
posewatch evaluate coco --annotations FILE --predictions FILE [--json]
  Scores poses on annotated pictures (COCO keypoints): those that a profile finds, run here, or those of a COCO results file.
  ap, ar        by COCO's rules: mean over OKS 0.50 … 0.95, 20 people a picture, crowds and people without joints ignored
  mean OKS      over people with 5 labelled joints or more: OKS of the prediction most like each
  PCK@0.2       joints of those people within 0.2 of the longer side of the annotated box
  PDJ@0.2       … within 0.2 of the torso, left shoulder to right hip`;

const flags = {
  annotations: { type: 'string' },
  images: { type: 'string' },
  predictions: { type: 'string' },
  profile: { type: 'string', default: 'fast' },
  model: { type: 'string' },
  wide: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** One joint as `--json` shows it; null where it is not labelled on anybody. */
export interface CocoJointScores {
  readonly labelled: number;
  readonly oks: number;
  readonly pck02: number;
  readonly pdj: number;
}

/** What `--json` prints; names are a contract (docs/architecture.md, section 6). Fractions; NaN, which JSON shows as null, where undefined. */
export interface CocoScores extends CocoAverages {
  /** Pictures with their predictions. */
  readonly images: number;
  readonly predictions: number;
  /** People with five labelled joints or more: those that `meanOks`, `pck02`, `pdj` and `joints` are about. */
  readonly persons: number;
  readonly meanOks: number;
  readonly pck02: number;
  readonly pdj: number;
  readonly joints: Readonly<Record<CocoJoint, CocoJointScores>>;
}

/** Every score of predictions against annotations. */
export function cocoScores(groundTruth: CocoGroundTruth, results: readonly CocoResult[]): CocoScores {
  const { persons, meanOks, pck, pdj, joints } = jointScores(groundTruth, results);
  const renamed = ({ labelled, oks, ...of }: JointScore): CocoJointScores => ({
    labelled,
    oks,
    pck02: of.pck,
    pdj: of.pdj,
  });
  const entries = cocoJoints.map((name) => [name, renamed(joints[name])] as const);
  return {
    ...cocoAverages(groundTruth, results),
    ...{ images: groundTruth.images.length, predictions: results.length, persons, meanOks, pck02: pck, pdj },
    joints: Object.fromEntries(entries) as Readonly<Record<CocoJoint, CocoJointScores>>,
  };
}

/** `posewatch evaluate coco`. */
export async function evaluateCoco(args: readonly string[], io: CommandIo): Promise<void> {
  const { annotations, images, predictions, profile, model, wide, json } = parseFlags(args, flags).values;
  if (annotations === undefined) throw new AppError('invalid-input', '--annotations is missing.');
  if ((images === undefined) === (predictions === undefined))
    throw new AppError(
      'invalid-input',
      'Give either --images, to run a profile, or --predictions, to score a results file.',
    );
  const choice = { profile: knownProfile(profile), modelId: model ?? null };
  const groundTruth = await readAnnotations(annotations);
  if (predictions !== undefined) {
    print(cocoScores(groundTruth, await readResults(predictions, groundTruth)), {}, { json, io });
  } else if (images !== undefined) {
    const run = await runPoses({ groundTruth, folder: images, choice, wide, sessions: 0, name: choice.profile }, io);
    const { models, provider } = run;
    print(cocoScores(groundTruth, run.results), { profile: choice.profile, models, provider }, { json, io });
  }
}

/** @throws AppError `invalid-input` for a profile that does not exist. */
function knownProfile(name: string): ProfileName {
  const known = profileNames.find((profile) => profile === name);
  if (known !== undefined) return known;
  throw new AppError('invalid-input', `--profile is "${name}"; it must be ${profileNames.join(', ')}.`);
}

interface Output {
  readonly json: boolean;
  readonly io: CommandIo;
}

function print(scores: CocoScores, about: object, { json, io }: Output): void {
  io.out(json ? JSON.stringify({ ...about, ...scores }) : table(scores));
}

function fraction(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(3);
}

function table(scores: CocoScores): string {
  const { ap, ap50, ap75, apMedium, apLarge, ar, arMedium, arLarge, meanOks, pck02, pdj } = scores;
  const totals = { ap, ap50, ap75, apMedium, apLarge, ar, arMedium, arLarge, meanOks, pck02, pdj };
  const lines = Object.entries(totals).map(([name, value]) => `${name.padEnd(16)}${fraction(value)}`);
  const joints = cocoJoints.map((name) => {
    const { labelled, oks, pck02: pck, pdj: detected } = scores.joints[name];
    return `${name.padEnd(16)}${[oks, pck, detected].map((value) => fraction(value).padEnd(7)).join('')}${labelled}`;
  });
  const head = `\n${'joint'.padEnd(16)}oks    pck02  pdj    labelled`;
  return [...lines, `${'persons'.padEnd(16)}${scores.persons}`, head, ...joints].join('\n');
}
