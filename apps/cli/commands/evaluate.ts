import { readFile } from 'node:fs/promises';
import { AppError, asAppError } from '#base/errors.js';
import { boxSequence } from '#evaluation/box-sequence.js';
import { clearMot } from '#evaluation/clear-mot.js';
import { averagePrecision } from '#evaluation/detection-ap.js';
import { hota } from '#evaluation/hota.js';
import { identityScores } from '#evaluation/idf1.js';
import { parseMot, type MotRow } from '#evaluation/mot-file.js';
import type { Command, CommandIo } from '../command.js';
import { COCO_USAGE, evaluateCoco } from '../evaluate/coco.js';
import { evaluatePck, PCK_USAGE } from '../evaluate/pck.js';
import { evaluatePoseTrack, POSETRACK_USAGE } from '../evaluate/posetrack.js';
import { parseFlags } from '../internal/arguments.js';

const USAGE = `posewatch evaluate mot --gt FILE --pred FILE [--json]
  Scores box tracks against ground truth; both are MOTChallenge text files. Pairs count from IoU 0.5 on.
${POSETRACK_USAGE}
${COCO_USAGE}
${PCK_USAGE}`;

const flags = { gt: { type: 'string' }, pred: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

/** The scores of one sequence; names are a contract (docs/architecture.md, section 6). Fractions and counts; `motp` = mean 1 − IoU. */
export interface MotScores {
  readonly mota: number;
  readonly motp: number;
  readonly idf1: number;
  readonly idp: number;
  readonly idr: number;
  readonly hota: number;
  readonly deta: number;
  readonly assa: number;
  readonly idSwitches: number;
  readonly falsePositives: number;
  readonly misses: number;
  readonly objects: number;
  readonly ap50: number;
}

async function readRows(file: string): Promise<readonly MotRow[]> {
  const text = await readFile(file, 'utf8').catch((problem: unknown) => {
    throw new AppError('not-found', `${file} cannot be read: ${asAppError(problem).message}`, { cause: problem });
  });
  try {
    return parseMot(text, file);
  } catch (problem) {
    // The command was used rightly, but the file is damaged: exit code 1, not 2.
    throw new AppError('data-loss', asAppError(problem).message, { cause: problem });
  }
}

/** Every score of `posewatch evaluate mot`. A score that is not defined (nothing predicted, say) is NaN, which JSON shows as null. */
export function motScores(groundTruth: readonly MotRow[], predictions: readonly MotRow[]): MotScores {
  const frames = boxSequence(groundTruth, predictions);
  const { mota, motp, idSwitches, falsePositives, misses, objects } = clearMot(frames);
  const { idf1, idp, idr } = identityScores(frames);
  const { hota: higher, deta, assa } = hota(frames);
  const ap50 = averagePrecision(frames);
  return { mota, motp, idf1, idp, idr, hota: higher, deta, assa, idSwitches, falsePositives, misses, objects, ap50 };
}

function table(scores: MotScores): string {
  return Object.entries(scores)
    .map(([name, value]: [string, number]) => `${name.padEnd(16)}${Number.isInteger(value) ? value : value.toFixed(4)}`)
    .join('\n');
}

async function evaluateMot(args: readonly string[], io: CommandIo): Promise<void> {
  const { gt, pred, json } = parseFlags(args, flags).values;
  if (gt === undefined || pred === undefined)
    throw new AppError('invalid-input', `${gt === undefined ? '--gt' : '--pred'} is missing.`);
  const groundTruth = await readRows(gt); // one after the other, so that of two bad files the first is named
  const predictions = await readRows(pred);
  if (!groundTruth.some((row) => row.confidence !== 0)) {
    throw new AppError('data-loss', `${gt} holds no box that counts, so there is nothing to compare with.`);
  }
  const scores = motScores(groundTruth, predictions);
  io.out(json ? JSON.stringify(scores) : table(scores));
}

const evaluations: Readonly<Partial<Record<string, (args: readonly string[], io: CommandIo) => Promise<void>>>> = {
  mot: evaluateMot,
  posetrack: evaluatePoseTrack,
  coco: evaluateCoco,
  pck: evaluatePck,
};

/** `posewatch evaluate`: scores results against ground truth. */
export const evaluate: Command = {
  name: 'evaluate',
  summary: 'score tracks, poses or a model against ground truth',
  usage: USAGE,
  run: async (args, io) => {
    const variant = args.at(0);
    if (variant === undefined) throw new AppError('invalid-input', 'Say what to evaluate.');
    const evaluation = Object.hasOwn(evaluations, variant) ? evaluations[variant] : undefined;
    if (evaluation === undefined)
      throw new AppError(
        'invalid-input',
        `"${variant}" cannot be evaluated; there is ${Object.keys(evaluations).join(', ')}.`,
      );
    await evaluation(args.slice(1), io);
  },
};
