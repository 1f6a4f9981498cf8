import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import {
  commonFlags,
  inputFile,
  list,
  needProfile,
  print,
  profileFlag,
  secondsFlag,
  whole,
  wholeList,
  type Measurement,
} from './bench-flags.js';

const usage = `posewatch bench inference [--input FILE] [--profile fast|accurate|pose3d] [--batches 1,2,4,8] [--providers LIST] [--seconds 1.5] [--rounds 2]
  [--json]
  The session pool (threads, copies, decoding) against the very calls of session.run that it makes, repeated in the same threads; by
  execution provider and batch size. Without --input, on pictures of 512 × 384 without people.
  JSON: profile, models[], analysis{widthPx, heightPx}, cores, unavailable[{provider, problem}],
  runs[{provider, sessions, batch, framesPerSec, bareFramesPerSec, ratio, ratioRange, cpuMsPerFrame, bareCpuMsPerFrame, cpuRatio,
  peoplePerFrame,
  threadMsPerFrame (JavaScript outside session.run), feedingMsPerFrame, feedingLoopP99Ms, idleMsPerFrame,
  threadGarbageBytesPerFrame, feedingGarbageBytesPerFrame}],
  crowd{people, analysis, and the fields of a run from threadMsPerFrame on}: one session and 20 people in 512 × 384`;

const flags = {
  ...commonFlags,
  profile: { type: 'string', default: 'fast' },
  batches: { type: 'string', default: '1,2,4,8' },
  providers: { type: 'string' },
  seconds: { type: 'string', default: '1.5' },
  rounds: { type: 'string', default: '2' },
} as const;

const MOST_BATCH = 64;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const input = inputFile(values.input);
  const batches = wholeList('batches', values.batches, MOST_BATCH);
  const providers = values.providers === undefined ? null : list('providers', values.providers);
  const [seconds, rounds] = [secondsFlag(values.seconds), whole('rounds', values.rounds, 100)];
  const profile = profileFlag(values.profile);
  await needProfile(profile, io);
  const { benchInference } = await import('../../../bench/inference.js');
  const result = await benchInference({ ...io, input, profile, batches, providers, seconds, rounds });
  const { runs, crowd } = result;
  const lines = runs.map(({ provider, batch, framesPerSec, bareFramesPerSec, ratio }) => {
    const rates = `${framesPerSec.toFixed(1)} frames/s, bare ${bareFramesPerSec.toFixed(1)}, ratio ${ratio.toFixed(3)}`;
    return `${provider}, batch ${batch}: ${rates}`;
  });
  const cost = `${crowd.threadMsPerFrame.toFixed(2)} ms in the session's thread, ${crowd.feedingMsPerFrame.toFixed(2)} ms in the feeding one`;
  print(io, result, { json: values.json, lines: [...lines, `JavaScript with ${crowd.people} people: ${cost}`] });
}

/** `posewatch bench inference`. */
export const inference: Measurement = { usage, run };
