import { setTimeout as after } from 'node:timers/promises';
import { summariseOldTracks } from '#storage/old-tracks.js';
import { sweepTracks } from '#storage/retention.js';
import type { TrackerParts } from './tracker-parts.js';

const EVERY_MS = 600_000;
/** Between two small statements: whoever writes poses comes first. */
const PAUSE_MS = 50;
const DAY_MS = 86_400_000;

/**
 * Every ten minutes forgets tracks that are beyond the settings, and summarises those that an older version wrote.
 * Returns what ends it, after the statement under way.
 */
export function startStoreSweep({ settings, database, clock, log }: TrackerParts): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { POSEWATCH_TRACK_DAYS: days, POSEWATCH_TRACK_MAX_BYTES: bytes } = settings;
  const pause = (): Promise<void> => after(PAUSE_MS, undefined, { signal });
  const sweep = async (): Promise<void> => {
    const keepFromMs = days === 0 ? null : clock.nowMs() - days * DAY_MS;
    const swept = await sweepTracks(database, { keepFromMs, maxBytes: bytes === 0 ? null : bytes }, pause);
    if (swept > 0) log.info({ tracks: swept }, 'old tracks forgotten');
  };
  const summarise = async (): Promise<void> => {
    const { tracks, unreadable } = await summariseOldTracks(database, pause);
    if (tracks > 0) log.info({ tracks, unreadable }, 'tracks of an older version summarised');
  };
  const isStopping = (): boolean => signal.aborted;
  const run = async (): Promise<void> => {
    while (!isStopping()) {
      try {
        await summarise();
        await sweep();
      } catch (problem) {
        if (!isStopping()) log.warn({ problem: String(problem) }, 'stored tracks were not swept');
      }
      await after(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
