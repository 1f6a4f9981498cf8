import { useEffect, useRef, useState } from 'react';
import { systemClock } from '#base/clock.js';
import type { Video } from '../../api/types.js';
import { nextRate, remainingMs, startRate } from './upload-rate.js';

/** What imported tracks came as. */
export const originLabels: Readonly<Record<Exclude<Video['origin'], 'recording'>, string>> = {
  posetrack: 'PoseTrack',
  coco: 'COCO',
  mot: 'MOT',
};

/** A video's state in words and tone. */
export function videoStatus(video: Video): { readonly label: string; readonly tone: 'calm' | 'warning' | 'critical' } {
  switch (video.status) {
    case 'queued':
      return { label: 'Waiting', tone: 'calm' };
    case 'analysing':
      return { label: 'Analysing', tone: 'calm' };
    case 'done':
      if (video.origin !== 'recording') return { label: 'Imported', tone: 'calm' };
      return video.problem === null
        ? { label: 'Done', tone: 'calm' }
        : { label: 'Done, with a problem', tone: 'warning' };
    case 'failed':
      return { label: 'Failed', tone: 'critical' };
    case 'cancelled':
      return { label: 'Cancelled', tone: 'calm' };
  }
}

/** How far the analysis is and how long it will take, from what went by while the page was open. */
export function useProgress(video: Video): { readonly percent: number | null; readonly leftMs: number | null } {
  const rate = useRef({ ...startRate(systemClock.monotonicMs()), sentBytes: video.framesDone });
  const [leftMs, setLeftMs] = useState<number | null>(null);
  useEffect(() => {
    rate.current = nextRate(rate.current, video.framesDone, systemClock.monotonicMs());
    setLeftMs(video.frameCount === null ? null : remainingMs(rate.current, video.frameCount));
  }, [video.framesDone, video.frameCount]);
  const percent = video.frameCount === null ? null : Math.min(100, (video.framesDone / video.frameCount) * 100);
  return { percent, leftMs };
}
