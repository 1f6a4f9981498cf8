import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { cameras } from '../api/calls.js';
import type { Playback } from '../api/types.js';
import { PoseTimeline, type AnalysedFrame } from '../live/pose-timeline.js';

const WINDOW_US = 20_000_000;
const KEPT_FRAMES = 20_000;

/** The stored poses of a stretch of one epoch, fetched window by window around the moment being shown. */
export function usePoseWindows(
  camera: { readonly cameraId: string; readonly epoch: number },
  onLoaded: () => void,
): { readonly timeline: PoseTimeline; readonly need: (ptsUs: number) => void } {
  const { cameraId, epoch } = camera;
  const queries = useQueryClient();
  const timeline = useMemo(() => new PoseTimeline(KEPT_FRAMES), []);
  const asked = useRef(new Set<number>());
  const loaded = useRef(onLoaded);
  useEffect(() => {
    loaded.current = onLoaded;
  });
  const ask = useCallback(
    (window: number) => {
      if (window < 0 || asked.current.has(window)) return;
      asked.current.add(window);
      const span = { epoch, fromPtsUs: window * WINDOW_US, toPtsUs: (window + 1) * WINDOW_US - 1 };
      queries
        .query({
          queryKey: ['poses', cameraId, span],
          queryFn: () => cameras.poses(cameraId, span),
          staleTime: 10_000,
        })
        .then((answer) => {
          for (const frame of framesOf(answer)) timeline.add(frame);
          loaded.current();
        })
        .catch(() => {
          // Asked again when playback comes by the next time.
          asked.current.delete(window);
        });
    },
    [cameraId, epoch, queries, timeline],
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
