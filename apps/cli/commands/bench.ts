import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import type { Command, CommandIo } from '../command.js';
import { needModel } from '../analyze/need-model.js';
import { parseFlags } from '../internal/arguments.js';

const USAGE = `posewatch bench pipeline [--input FILE] [--cameras N] [--seconds S] [--json]
posewatch bench tracker [--json]

  pipeline   frames a second of all services together on N files at once (default 2), against the bare model with the
             same sessions in the same run; without --input, on a clip that FFmpeg makes (8 s, 25 frames/s)
  tracker    milliseconds for one frame of the tracker, by number of people`;

const flags = {
  input: { type: 'string' },
  cameras: { type: 'string', default: '2' },
  seconds: { type: 'string', default: '10' },
  json: { type: 'boolean', default: false },
} as const;

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new AppError('invalid-input', `--${name} is "${text}"; it must be a whole number from 1 to ${most}.`);
}

async function benchPipelineCommand(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const input = values.input === undefined ? null : path.resolve(values.input);
  if (input !== null && !existsSync(input)) throw new AppError('not-found', `${input} does not exist.`);
  const [cameras, seconds] = [whole('cameras', values.cameras, 16), whole('seconds', values.seconds, 600)];
  await needModel(null, io);
  const { benchPipeline } = await import('../../../bench/pipeline.js');
  const { environment, progress, signal } = io;
  const result = await benchPipeline({ environment, input, cameras, seconds, progress, signal });
  if (values.json) {
    io.out(JSON.stringify(result));
    return;
  }
  const { framesPerSec, bareFramesPerSec, ratio, sessions, provider } = result;
  io.out(`pipeline    ${framesPerSec.toFixed(1)} frames/s (${cameras} files at once)`);
  io.out(`bare model  ${bareFramesPerSec.toFixed(1)} frames/s (${sessions} sessions on ${provider})`);
  io.out(`ratio       ${ratio.toFixed(3)}`);
}

async function benchTrackerCommand(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, { json: flags.json });
  const { benchTracker } = await import('../../../bench/tracker.js');
  const rows = benchTracker(systemClock);
  if (values.json) io.out(JSON.stringify({ tracker: rows }));
  else for (const { people, p50Ms, p99Ms } of rows) io.out(`${people} people: p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
}

/** `posewatch bench`: how fast the parts are on this machine. */
export const bench: Command = {
  name: 'bench',
  summary: 'measure how fast this machine analyses and tracks',
  usage: USAGE,
  run: async (args, io) => {
    const what = args.at(0);
    if (what === 'pipeline') await benchPipelineCommand(args.slice(1), io);
    else if (what === 'tracker') await benchTrackerCommand(args.slice(1), io);
    else
      throw new AppError(
        'invalid-input',
        `Say what to measure: pipeline or tracker${what === undefined ? '' : `, not "${what}"`}.`,
      );
  },
};
