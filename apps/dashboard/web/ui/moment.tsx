import { systemClock } from '#base/clock.js';
import { agoOf, fullTimeOf, timeOf } from './time.js';

/** A moment in the viewer's zone; the whole of it on hover. */
export function Moment({ ms, style = 'clock' }: { readonly ms: number; readonly style?: 'clock' | 'ago' }) {
  const nowMs = systemClock.nowMs();
  return (
    <time className="num" dateTime={new Date(ms).toISOString()} title={fullTimeOf(ms)}>
      {style === 'ago' ? agoOf(ms, nowMs) : timeOf(ms, nowMs)}
    </time>
  );
}
