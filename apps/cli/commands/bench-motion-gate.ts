import { AppError } from '#base/errors.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { commonFlags, inputFile, needProfile, print, secondsFlag, type Measurement } from './bench-flags.js';

const usage = `posewatch bench motion-gate --input FILE [--at 0] [--seconds 20] [--json]
  What the motion gate saves and loses: all services on a clip that shows the frame --at seconds of the file, frozen and noisy, for
  --seconds, then the file from there for as long, with the gate off and on. The file must be long enough.
  JSON: frames, inferenceCalls{off, on, stillHalf (of those on)}, detections (people tracked for 0.5 s or more, gate off),
  detectionsLost, posesKept (share of their poses found in the same frame with the gate on), tracks{off, on}`;

const flags = {
  ...commonFlags,
  at: { type: 'string', default: '0' },
  seconds: { type: 'string', default: '20' },
} as const;

function startFlag(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new AppError('invalid-input', `--at is "${text}"; it must be a number of seconds from 0 on.`);
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const input = inputFile(values.input);
  if (input === null) throw new AppError('invalid-input', 'Say which clip to use: --input FILE.');
  const [atSec, halfSec] = [startFlag(values.at), secondsFlag(values.seconds)];
  await needProfile('fast', io);
  const { benchMotionGate } = await import('../../../bench/motion-gate.js');
  const result = await benchMotionGate({ ...io, input, atSec, halfSec });
  const { frames, inferenceCalls: calls, detections, detectionsLost, posesKept, tracks } = result;
  print(io, result, {
    json: values.json,
    lines: [
      `inference calls  ${calls.off} without, ${calls.on} with the gate, ${calls.stillHalf} of these in the still half (${frames} frames)`,
      `detections       ${detectionsLost} lost of ${detections} that last 0.5 s or more`,
      `poses kept       ${(posesKept * 100).toFixed(1)} %; tracks ${tracks.off} without, ${tracks.on} with the gate`,
    ],
  });
}

/** `posewatch bench motion-gate`. */
export const motionGate: Measurement = { usage, run };
