import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import {
  commonFlags,
  comparisonLines,
  inputFile,
  needProfile,
  print,
  profileFlag,
  secondsFlag,
  whole,
  type Measurement,
} from './bench-flags.js';

const usage = `posewatch bench pipeline [--input FILE] [--profile fast|accurate|pose3d] [--cameras 2] [--frames 120] [--seconds 6] [--rounds 3] [--json]
  All services together on N files at once, --frames of each in a round, against the bare model with as many sessions, fed from memory
  for --seconds in turns with them. Without --input, on a clip that FFmpeg makes (768 × 432).
  JSON: profile, framesPerSec, bareFramesPerSec, ratio, ratioRange (lowest and highest of a round), cameras, sessions, provider, batch,
  cpuMsPerFrame{service or program: milliseconds}, bareCpuMsPerFrame, cpuRatio (bare over all processor time: what the ratio comes to on
  a machine with nothing else to do), eventLoopP99Ms{service: median of its heartbeats at full load}`;

const flags = {
  ...commonFlags,
  profile: { type: 'string', default: 'fast' },
  cameras: { type: 'string', default: '2' },
  frames: { type: 'string', default: '120' },
  seconds: { type: 'string', default: '6' },
  rounds: { type: 'string', default: '3' },
} as const;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const input = inputFile(values.input);
  const [cameras, frames] = [whole('cameras', values.cameras, 16), whole('frames', values.frames, 100_000)];
  const [seconds, rounds] = [secondsFlag(values.seconds), whole('rounds', values.rounds, 100)];
  const profile = profileFlag(values.profile);
  await needProfile(profile, io);
  const { benchPipeline } = await import('../../../bench/pipeline.js');
  const result = await benchPipeline({ ...io, input, profile, cameras, frames, seconds, rounds });
  const lines = comparisonLines(result, ['pipeline', 'bare model']);
  const delays = Object.entries(result.eventLoopP99Ms).map(([service, ms]) => `${service} ${ms.toFixed(0)} ms`);
  const about = `${cameras} files at once, ${result.sessions} sessions on ${result.provider}`;
  const costs = Object.entries(result.cpuMsPerFrame ?? {}).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  const cost = `processor time of a frame, ms: ${costs.join(', ')}; bare model ${result.bareCpuMsPerFrame.toFixed(1)}`;
  print(io, result, { json: values.json, lines: [...lines, about, cost, `event loop, p99: ${delays.join(', ')}`] });
}

/** `posewatch bench pipeline`. */
export const pipeline: Measurement = { usage, run };
