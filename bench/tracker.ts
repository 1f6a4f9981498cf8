import type { Clock } from '#base/clock.js';
import { seededRandom } from '#base/random.js';
import { crowd, walkScene } from '#testing/scenes.js';
import { poseTrackerStep } from '#tracking/pose-tracker.js';
import { trackerSettings } from '#tracking/tracker-settings.js';
import { emptyTrackerState } from '#tracking/tracker-state.js';

/** Time of one tracker step and the size of the state that is stored with each frame. */
export interface TrackerBench {
  readonly people: number;
  /** By the clock: what else the machine does counts too. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of a step, all threads, so with its share of garbage collection: also right on a busy machine. */
  readonly meanCpuMs: number;
  readonly stateBytesPerTrack: number;
}

/** Frames that warm the engine up and do not count. */
const WARM_UP_FRAMES = 300;
const FPS = 10;

/** Tracks a synthetic crowd of each size over `frames` frames (besides a warm-up) at 10 a second. */
export function benchTracker(
  clock: Clock,
  { crowds, frames }: { readonly crowds: readonly number[]; readonly frames: number },
): TrackerBench[] {
  return crowds.map((people) => {
    const scene = walkScene(crowd(people, seededRandom(people)), {
      seconds: (WARM_UP_FRAMES + frames) / FPS,
      fps: FPS,
      random: seededRandom(1),
      noise: 0.03,
      missing: 0.1,
    });
    let state = emptyTrackerState();
    const timed = (frame: (typeof scene)[number]): number => {
      const fromMs = clock.monotonicMs();
      state = poseTrackerStep(state, frame, trackerSettings.fast).state;
      return clock.monotonicMs() - fromMs;
    };
    scene.slice(0, WARM_UP_FRAMES).forEach(timed);
    const before = process.cpuUsage();
    const times = scene.slice(WARM_UP_FRAMES).map(timed);
    const { user, system } = process.cpuUsage(before);
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => rounded(sorted[Math.floor(share * (sorted.length - 1))]);
    const meanCpuMs = rounded((user + system) / 1000 / Math.max(1, times.length));
    const stateBytesPerTrack = Math.round(JSON.stringify(state).length / Math.max(1, state.tracks.length));
    return { people, p50Ms: at(0.5), p99Ms: at(0.99), meanCpuMs, stateBytesPerTrack };
  });
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
