import { useEffect, useRef } from 'react';
import { trackColor } from '../../../ui/track-color.js';
import type { SkeletonFrames } from './skeleton-frames.js';
import classes from './skeleton-thumb.module.css';

/** Media time is shown at its own pace, then again after a rest. */
const REST_MS = 600;

/** A small picture of how somebody moves; it stands still at the clearest pose unless `isMoving`. */
export function SkeletonThumb(props: {
  readonly skeleton: SkeletonFrames;
  readonly trackNo: number;
  readonly isMoving: boolean;
}) {
  const { skeleton, trackNo, isMoving } = props;
  const limbs = useRef<SVGPathElement>(null);
  const head = useRef<SVGPathElement>(null);
  const root = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const { frames, still } = skeleton;
    const show = (at: number): void => {
      limbs.current?.setAttribute('d', frames[at].limbs);
      head.current?.setAttribute('d', frames[at].head);
    };
    show(still);
    const element = root.current;
    if (!isMoving || element === null || frames.length < 2) return undefined;
    return whileInView(element, (elapsedMs) => {
      const lengthMs = (frames[frames.length - 1].ptsUs - frames[0].ptsUs) / 1000;
      const ptsUs = frames[0].ptsUs + Math.min(lengthMs, elapsedMs % (lengthMs + REST_MS)) * 1000;
      const next = frames.findIndex((frame) => frame.ptsUs > ptsUs);
      show(next < 0 ? frames.length - 1 : Math.max(0, next - 1));
    });
  }, [skeleton, isMoving]);
  const color = trackColor(trackNo);
  return (
    <svg ref={root} className={classes.thumb} viewBox={skeleton.viewBox} aria-hidden focusable="false">
      <path ref={limbs} fill="none" stroke={color} strokeWidth={skeleton.strokePx} strokeLinecap="round" />
      <path ref={head} fill={color} />
    </svg>
  );
}

/** Calls `draw` with the time since the element came into view, before each picture of the screen. Returns what ends it. */
function whileInView(element: Element, draw: (elapsedMs: number) => void): () => void {
  let request = 0;
  let startMs: number | null = null;
  const step = (nowMs: number): void => {
    startMs ??= nowMs;
    draw(nowMs - startMs);
    request = requestAnimationFrame(step);
  };
  const observer = new IntersectionObserver((entries) => {
    cancelAnimationFrame(request);
    if (entries.at(-1)?.isIntersecting === true) request = requestAnimationFrame(step);
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
    cancelAnimationFrame(request);
  };
}
