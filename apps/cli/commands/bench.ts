import { AppError } from '#base/errors.js';
import type { Command } from '../command.js';
import type { Measurement } from './bench-flags.js';
import { decode } from './bench-decode.js';
import { inference } from './bench-inference.js';
import { motionGate } from './bench-motion-gate.js';
import { pipeline } from './bench-pipeline.js';
import { query } from './bench-query.js';
import { soak } from './bench-soak.js';
import { tracker } from './bench-tracker.js';
import { transport } from './bench-transport.js';

/** Everything that can be measured; what does the measuring is loaded when it is asked for. */
const measurements: Readonly<Record<string, Measurement>> = {
  ...{ decode, transport, inference, pipeline, tracker, query, soak },
  'motion-gate': motionGate,
};

const USAGE = `posewatch bench ${Object.keys(measurements).join('|')} …

Rates are compared with a bare limit that is measured in the same run, in turns: ratio = framesPerSec / bareFramesPerSec.

${Object.values(measurements)
  .map(({ usage }) => usage)
  .join('\n\n')}`;

/** `posewatch bench`: how fast the parts are on this machine, as shares of what it could do at best. */
export const bench: Command = {
  name: 'bench',
  summary: 'measure how fast this machine analyses and tracks',
  usage: USAGE,
  run: async (args, io) => {
    const what = args.at(0);
    if (what !== undefined && Object.hasOwn(measurements, what)) {
      await measurements[what].run(args.slice(1), io);
      return;
    }
    const said = what === undefined ? '' : `, not "${what}"`;
    const known = Object.keys(measurements).join(', ');
    throw new AppError('invalid-input', `Say what to measure: one of ${known}${said}.`);
  },
};
