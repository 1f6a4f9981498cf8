import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '#base/errors.js';
import { parsePoseTrack, type PoseTrackRole } from '#evaluation/posetrack/parse-posetrack.js';
import type { PoseSequence } from '#evaluation/posetrack/pose-sequence.js';
import {
  poseTrackScores,
  poseTrackVariants,
  type PoseTrackColumn,
  type PoseTrackScores,
  type PoseTrackVariant,
} from '#evaluation/posetrack/posetrack-scores.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';

export const POSETRACK_USAGE = `posewatch evaluate posetrack --gt DIR --pred DIR [--variant ${poseTrackVariants.join('|')}] [--json]
  Scores pose tracks against ground truth: one PoseTrack18 JSON file per sequence, of the same name in both folders.
  poseval (default)      PoseTrack 2017/18 as the official tool counts, with its quirks
  strict                 the same without the quirks: every frame and every miss counts
  posetrack21            PoseTrack 2021: labelled frames, HOTA counted frame by frame
  posetrack21-official   HOTA as the official code counts it: a frame with an empty side costs the whole sequence
  Per cent. AP, MOTA, MOTP, precision, recall and IDF1 are means over the joints.`;

const flags = {
  gt: { type: 'string' },
  pred: { type: 'string' },
  variant: { type: 'string', default: 'poseval' },
  json: { type: 'boolean', default: false },
} as const;

/** `posewatch evaluate posetrack`; the fields of `--json` are a contract (docs/architecture.md, section 6). */
export async function evaluatePoseTrack(args: readonly string[], io: CommandIo): Promise<void> {
  const { gt, pred, variant, json } = parseFlags(args, flags).values;
  if (gt === undefined || pred === undefined)
    throw new AppError('invalid-input', `${gt === undefined ? '--gt' : '--pred'} is missing.`);
  const rules = variantOf(variant);
  const truths = await readSequences(gt, 'truth');
  const predictions = await readSequences(pred, 'prediction');
  const scores = damaged(() => poseTrackScores(truths, predictions, rules));
  const { frames, total, joints } = scores;
  io.out(json ? JSON.stringify({ variant: rules, frames, total, joints }) : table(scores));
}

function variantOf(name: string): PoseTrackVariant {
  const known = poseTrackVariants.find((variant) => variant === name);
  if (known !== undefined) return known;
  throw new AppError('invalid-input', `--variant is "${name}"; it must be ${poseTrackVariants.join(', ')}.`);
}

async function readSequences(folder: string, role: PoseTrackRole): Promise<readonly PoseSequence[]> {
  const names = await readdir(folder).catch((problem: unknown) => {
    throw new AppError('not-found', `${folder} cannot be read: ${asAppError(problem).message}`, { cause: problem });
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new AppError('not-found', `${folder} holds no .json file.`);
  const sequences: PoseSequence[] = [];
  for (const name of files) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    sequences.push(damaged(() => parsePoseTrack(text, file, role)));
  }
  return sequences;
}

/** The command was used rightly, but a file is damaged: exit code 1, not 2. */
function damaged<T>(read: () => T): T {
  try {
    return read();
  } catch (problem) {
    throw new AppError('data-loss', asAppError(problem).message, { cause: problem });
  }
}

const columns = ['ap', 'mota', 'motp', 'precision', 'recall', 'idf1', 'hota'] as const;

function table({ variant, frames, joints, total }: PoseTrackScores): string {
  const row = (name: string, scores: PoseTrackColumn): string =>
    name.padEnd(16) + columns.map((column) => shown(scores[column]).padStart(10)).join('');
  return [
    `${variant}, ${frames} frames, per cent`,
    ' '.repeat(16) + columns.map((column) => column.padStart(10)).join(''),
    ...Object.entries(joints).map(([name, scores]) => row(name, scores)),
    row('total', total),
  ].join('\n');
}

function shown(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '–';
}
