import { AppError } from '#base/errors.js';
import { jointScores, type JointScores } from '#evaluation/coco-joints.js';
import { cocoJoints } from '#pose/skeleton.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { readAnnotations, readResults } from './coco-files.js';

export const PCK_USAGE = `posewatch evaluate pck --annotations FILE --predictions FILE [--reach R] [--json]
  Share of joints placed within R (default 0.2) of the longer side of the annotated box (pck) and of the torso (pdj), joint by joint;
  FILE as for coco. People with 5 labelled joints or more, each with the prediction most like it.`;

const flags = {
  annotations: { type: 'string' },
  predictions: { type: 'string' },
  reach: { type: 'string', default: '0.2' },
  json: { type: 'boolean', default: false },
} as const;

/** `posewatch evaluate pck`. Fractions; null in JSON where a joint is not labelled on anybody. */
export async function evaluatePck(args: readonly string[], io: CommandIo): Promise<void> {
  const { annotations, predictions, reach: text, json } = parseFlags(args, flags).values;
  if (annotations === undefined || predictions === undefined)
    throw new AppError('invalid-input', `${annotations === undefined ? '--annotations' : '--predictions'} is missing.`);
  const reach = Number(text);
  if (!(reach > 0 && reach <= 1))
    throw new AppError('invalid-input', `--reach is "${text}"; it must be above 0 and at most 1.`);
  const groundTruth = await readAnnotations(annotations);
  const { persons, pck, pdj, joints } = jointScores(groundTruth, await readResults(predictions, groundTruth), reach);
  const entries = cocoJoints.map((name) => {
    const { labelled, pck: right, pdj: detected } = joints[name];
    return [name, { labelled, pck: right, pdj: detected }] as const;
  });
  const scores = { reach, persons, pck, pdj, joints: Object.fromEntries(entries) };
  io.out(json ? JSON.stringify(scores) : table({ persons, pck, pdj, joints }));
}

function table({ persons, pck, pdj, joints }: Pick<JointScores, 'persons' | 'pck' | 'pdj' | 'joints'>): string {
  const line = (name: string, values: readonly [number, number], count: number): string => {
    const shown = values.map((value) => (Number.isNaN(value) ? '-' : value.toFixed(3)).padEnd(7)).join('');
    return `${name.padEnd(16)}${shown}${count}`;
  };
  const labelled = cocoJoints.reduce((sum, name) => sum + joints[name].labelled, 0);
  return [
    `${''.padEnd(16)}pck    pdj    labelled`,
    line('all joints', [pck, pdj], labelled),
    ...cocoJoints.map((name) => line(name, [joints[name].pck, joints[name].pdj], joints[name].labelled)),
    `${'persons'.padEnd(16)}${persons}`,
  ].join('\n');
}
