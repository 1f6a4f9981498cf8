import { systemClock } from '#base/clock.js';
import type { CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { commonFlags, print, whole, type Measurement } from './bench-flags.js';

const MOST_SEGMENTS = 10_000_000;

const usage = `posewatch bench query [--segments N] [--json]
  Searches over generated tracks in a private PostgreSQL: filters, counts over time, moments like a pose.
  --segments N  stored pieces of about two seconds, 20 poses each (default 250000, which are 5 million poses and 0.4 GB)
  JSON: segments, tracks, poses, databaseMb, fillSec, filter{p50Ms, p95Ms, kinds}, density{allMs, dayMs}, similar{allMs, cameraMs}`;

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const flags = { segments: { type: 'string', default: '250000' }, json: commonFlags.json } as const;
  const { values } = parseFlags(args, flags);
  const segments = whole('segments', values.segments, MOST_SEGMENTS);
  const { benchQuery, migrationsFolder } = await import('../../../bench/query.js');
  const result = await benchQuery(systemClock, { segments, migrations: migrationsFolder });
  const { filter, density, similar } = result;
  const lines = [
    `${result.segments} segments, ${result.poses} poses, ${result.databaseMb} MB, filled in ${result.fillSec} s`,
    `filter   p50 ${filter.p50Ms} ms, p95 ${filter.p95Ms} ms`,
    ...Object.entries(filter.kinds).map(([kind, ms]) => `  ${kind.padEnd(14)}p95 ${ms} ms`),
    `density  everything ${density.allMs} ms, one day ${density.dayMs} ms`,
    `similar  everything ${similar.allMs} ms, one camera ${similar.cameraMs} ms`,
  ];
  print(io, result, { json: values.json, lines });
}

/** `posewatch bench query`. */
export const query: Measurement = { usage, run };
