import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { systemSettings } from '../internal/system-settings.js';
import { commonFlags, comparisonLines, inputFile, print, whole, type Measurement } from './bench-flags.js';

const usage = `posewatch bench decode [--input FILE] [--frames 1000] [--rounds 3] [--json]
  Reading a file as ingest does, raw frames with their times from FFmpeg, against the same FFmpeg that throws its frames away.
  Without --input, on --frames of a clip that FFmpeg makes (1280 × 720).
  JSON: framesPerSec, bareFramesPerSec, ratio, ratioRange, source{widthPx, heightPx}, analysis{…}, frames`;

const flags = {
  ...commonFlags,
  frames: { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '3' },
} as const;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const input = inputFile(values.input);
  const [frames, rounds] = [whole('frames', values.frames, 1_000_000), whole('rounds', values.rounds, 100)];
  const areaPx = systemSettings(io.environment, {}).settings.POSEWATCH_ANALYSIS_AREA_PX;
  const { benchDecode } = await import('../../../bench/decode.js');
  const result = await benchDecode({ ...io, input, frames, rounds, areaPx });
  print(io, result, { json: values.json, lines: comparisonLines(result, ['into this process', 'FFmpeg alone']) });
}

/** `posewatch bench decode`. */
export const decode: Measurement = { usage, run };
