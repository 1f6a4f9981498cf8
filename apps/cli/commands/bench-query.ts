import { systemClock } from '#base/clock.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { commonFlags, print, whole, type Measurement } from './bench-flags.js';

const MOST_SEGMENTS = 10_000_000;

const usage = `posewatch bench query [--segments N] [--data DIR] [--json]
  Searches over a generated month of sixteen cameras in the embedded PostgreSQL: filters, counts over time, moments like a pose.
  --segments N  stored pieces of about two seconds, up to 20 poses each (default 250000, some 0.35 GB)
  --data DIR    keeps the generated data there and uses it again the next time; "posewatch up --data DIR" shows it
  JSON: segments, tracks, poses, databaseMb, fillSec, filter{p50Ms, p95Ms, kinds{p50Ms, p95Ms, cpuMs, page{pages, rows, scans}, total{…}}},
  density{allMs, dayMs}, similar{poses, manyMs, cameraPoses, cameraMs}`;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const flags = {
    segments: { type: 'string', default: '250000' },
    data: { type: 'string' },
    json: commonFlags.json,
  } as const;
  const { values } = parseFlags(args, flags);
  const segments = whole('segments', values.segments, MOST_SEGMENTS);
  const { benchQuery } = await import('../../../bench/query.js');
  const result = await benchQuery({ ...io, clock: systemClock, folder: values.data ?? null, segments });
  const { filter, density, similar } = result;
  const kinds = Object.entries(filter.kinds).map(([kind, { p50Ms, p95Ms, cpuMs, page, total }]) => {
    const times = `p50 ${p50Ms} ms, p95 ${p95Ms} ms, processor ${cpuMs ?? '?'} ms`;
    return `  ${kind.padEnd(34)}${times}, rows ${page.rows} + ${total.rows}, pages ${page.pages} + ${total.pages}`;
  });
  const lines = [
    `${result.segments} segments, ${result.tracks} tracks, ${result.poses} poses, ${result.databaseMb} MB, filled in ${result.fillSec} s`,
    `filter   p50 ${filter.p50Ms} ms, p95 ${filter.p95Ms} ms`,
    ...kinds,
    `density  everything ${density.allMs} ms, one day ${density.dayMs} ms`,
    `similar  ${similar.poses} poses ${similar.manyMs} ms, ${similar.cameraPoses} poses of one camera ${similar.cameraMs} ms`,
  ];
  print(io, result, { json: values.json, lines });
}

/** `posewatch bench query`. */
export const query: Measurement = { usage, run };
