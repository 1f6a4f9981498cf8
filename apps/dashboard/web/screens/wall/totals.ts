import type { CameraHealth } from '#contracts/camera-health.js';
import type { Camera, System } from '../../api/types.js';
import type { CameraActivity } from '../../updates/updates-link.js';

export interface Totals {
  readonly fpsIn: number;
  readonly analysedPerSec: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly droppedTotal: number;
  /** Pictures on which nothing had changed. */
  readonly still: number;
  readonly queued: number;
  /** Execution provider in capitals; null while no inference service runs. */
  readonly provider: string | null;
  /** What inference processes cannot run now, a sentence each. */
  readonly modelProblems: readonly string[];
}

/** Adds up what cameras, services and queues say. */
export function totalsOf(parts: {
  readonly cameras: readonly Camera[];
  readonly health: ReadonlyMap<string, CameraHealth>;
  readonly activity: ReadonlyMap<string, CameraActivity>;
  readonly services: System['services'];
  readonly queues: System['queues'];
}): Totals {
  const dropped: Record<string, number> = {};
  for (const { id } of parts.cameras) {
    for (const [reason, count] of Object.entries(parts.activity.get(id)?.counts.dropped ?? {})) {
      dropped[reason] = (dropped[reason] ?? 0) + count;
    }
  }
  const inference = parts.services.filter((service) => service.service === 'inference');
  const providers = new Set(inference.flatMap(({ provider }) => (provider === null ? [] : [provider.toUpperCase()])));
  const healthOf = (camera: Camera): CameraHealth | null => parts.health.get(camera.id) ?? camera.health;
  return {
    fpsIn: sum(parts.cameras.map((camera) => healthOf(camera)?.fpsIn ?? 0)),
    analysedPerSec: sum(inference.map((service) => service.framesPerSec)),
    dropped,
    droppedTotal: sum(Object.values(dropped)),
    still: sum(parts.cameras.map(({ id }) => parts.activity.get(id)?.counts.still ?? 0)),
    queued: sum(parts.queues.map((queue) => queue.waiting)),
    modelProblems: [...new Set(inference.flatMap(({ problems = [] }) => problems.map(({ problem }) => problem)))],
    provider: providers.size === 0 ? null : [...providers].join(' + '),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
