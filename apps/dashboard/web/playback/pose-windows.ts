import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { systemClock } from '#base/clock.js';
import { cameras } from '../api/calls.js';
import type { Playback } from '../api/types.js';
import { PoseTimeline, type AnalysedFrame } from '../live/pose-timeline.js';

const WINDOW_US = 20_000_000;
const KEPT_FRAMES = 20_000;
const GROWING_REST_MS = 4_000;

/** The stored poses of a stretch of one epoch, fetched window by window around the moment being shown. */
export function usePoseWindows(
  camera: { readonly cameraId: string; readonly epoch: number; readonly isGrowing: boolean },
  onLoaded: () => void,
): { readonly timeline: PoseTimeline; readonly need: (ptsUs: number) => void } {
  const { cameraId, epoch, isGrowing } = camera;
  const queries = useQueryClient();
  const timeline = useMemo(() => new PoseTimeline(KEPT_FRAMES), []);
  const askedAtMs = useRef(new Map<number, number>());
  const loaded = useRef(onLoaded);
  // What was asked for while the analysis went on may be incomplete: once it ended all is asked for again.
  useEffect(() => {
    askedAtMs.current.clear();
  }, [isGrowing]);
  useEffect(() => {
    loaded.current = onLoaded;
  });
  const ask = useCallback(
    (window: number) => {
      const nowMs = systemClock.monotonicMs();
      const restMs = isGrowing ? GROWING_REST_MS : Number.POSITIVE_INFINITY;
      if (window < 0 || nowMs - (askedAtMs.current.get(window) ?? Number.NEGATIVE_INFINITY) < restMs) return;
      askedAtMs.current.set(window, nowMs);
      const span = { epoch, fromPtsUs: window * WINDOW_US, toPtsUs: (window + 1) * WINDOW_US - 1 };
      queries
        .query({
          queryKey: ['poses', cameraId, span],
          queryFn: () => cameras.poses(cameraId, span),
          staleTime: GROWING_REST_MS,
        })
        .then((answer) => {
          for (const frame of framesOf(answer)) timeline.add(frame);
          loaded.current();
        })
        .catch(() => {
          // Asked again when playback comes by the next time.
          askedAtMs.current.delete(window);
        });
    },
    [cameraId, epoch, isGrowing, queries, timeline],
  );
  const need = useCallback(
    (ptsUs: number) => {
      const window = Math.floor(ptsUs / WINDOW_US);
      ask(window);
      if (ptsUs - window * WINDOW_US > WINDOW_US / 2) ask(window + 1);
    },
    [ask],
  );
  return { timeline, need };
}

/** Tracks turned about: by moment instead of by person. */
export function framesOf(answer: Playback): readonly AnalysedFrame[] {
  const byPts = new Map<number, AnalysedFrame['poses'][number][]>();
  for (const { trackNo, poses } of answer.tracks) {
    for (const { ptsUs, box, score, keypoints } of poses) {
      const frame = byPts.get(ptsUs) ?? [];
      byPts.set(ptsUs, frame);
      frame.push({ trackNo, box, score, keypoints, alarms: [] });
    }
  }
  return [...byPts].map(([ptsUs, poses]) => ({ ptsUs, poses })).sort((a, b) => a.ptsUs - b.ptsUs);
}
