import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { commonFlags, comparisonLines, print, secondsFlag, whole, type Measurement } from './bench-flags.js';

const usage = `posewatch bench transport [--in-flight 16] [--seconds 2] [--rounds 3] [--json]
  Frames of 512 × 384 through a private Redis: pixels into the frame store and a job for each, taken, read and discarded, against SET
  and GETDEL of the same bytes.
  JSON: framesPerSec, bareFramesPerSec, ratio, ratioRange, frameBytes, inFlight, overheadMsPerFrame,
  heapBytesPerFrame (garbage of both ends without the pixels)`;

const flags = {
  json: commonFlags.json,
  'in-flight': { type: 'string', default: '16' },
  seconds: { type: 'string', default: '2' },
  rounds: { type: 'string', default: '3' },
} as const;

const FRAME = { widthPx: 512, heightPx: 384 };

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const inFlight = whole('in-flight', values['in-flight'], 256);
  const [seconds, rounds] = [secondsFlag(values.seconds), whole('rounds', values.rounds, 100)];
  const { benchTransport } = await import('../../../bench/transport.js');
  const result = await benchTransport({ ...io, frame: FRAME, inFlight, seconds, rounds });
  const lines = comparisonLines(result, ['frames with jobs', 'bare bytes']);
  print(io, result, { json: values.json, lines });
}

/** `posewatch bench transport`. */
export const transport: Measurement = { usage, run };
