import { needModel } from '../analyze/need-model.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { commonFlags, inputFile, print, whole, type Measurement } from './bench-flags.js';

const usage = `posewatch bench soak [--input FILE] [--frames 30000] [--cameras 4] [--json]
  Whether a long run makes the services grow: so many small frames (about 128 × 96) through one process of each, resident memory after
  the first tenth of them and at the end. Without --input, on a clip without people that FFmpeg makes. Takes minutes.
  JSON: frames, seconds, framesPerSec, warmUpFrames, services[{service, warmRssBytes, endRssBytes, growth,
  rssBytesByTenth[] (null: no heartbeat in that tenth)}]`;

const flags = {
  ...commonFlags,
  frames: { type: 'string', default: '30000' },
  cameras: { type: 'string', default: '4' },
} as const;

const AREA_PX = 128 * 96;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const input = inputFile(values.input);
  const [frames, cameras] = [whole('frames', values.frames, 10_000_000), whole('cameras', values.cameras, 16)];
  await needModel(null, io);
  const { benchSoak } = await import('../../../bench/soak.js');
  const result = await benchSoak({ ...io, input, frames, cameras, areaPx: AREA_PX });
  const lines = result.services.map(({ service, warmRssBytes, endRssBytes, growth }) => {
    const [warm, end] = [warmRssBytes, endRssBytes].map((bytes) => (bytes / 1e6).toFixed(0));
    return `${service.padEnd(10)} ${warm} MB after ${result.warmUpFrames} frames, ${end} MB at the end: ${(growth * 100).toFixed(1)} %`;
  });
  const rate = `${result.frames} frames in ${result.seconds.toFixed(0)} s: ${result.framesPerSec.toFixed(1)} frames/s`;
  print(io, result, { json: values.json, lines: [...lines, rate] });
}

/** `posewatch bench soak`. */
export const soak: Measurement = { usage, run };
