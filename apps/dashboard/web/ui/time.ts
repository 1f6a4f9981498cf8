/** How long ago or how long, for people. All in the viewer's own zone and language. */
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

/** `14:03:22`, with the day before it when that is not today. */
export function timeOf(ms: number, nowMs: number): string {
  return day.format(ms) === day.format(nowMs) ? clock.format(ms) : `${day.format(ms)}, ${clock.format(ms)}`;
}

/** The whole moment with its zone, for a tooltip. */
export function fullTimeOf(ms: number): string {
  return full.format(ms);
}

/** `3 min ago`. */
export function agoOf(ms: number, nowMs: number): string {
  const seconds = Math.round((ms - nowMs) / 1000);
  if (seconds > -45) return 'just now';
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** `0:07`, `12:03`, `1:02:03`. */
export function durationOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** `4.2 s`, `3 min 20 s`. */
export function spanOf(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `3.4 MB`. */
export function bytesOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(step === 0 || value >= 100 ? 0 : 1)} ${units[step]}`;
}

const dayTick = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const hourTick = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const minuteTick = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const secondTick = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A moment on the axis of a plot, as fine as the steps between moments. */
export function tickOf(ms: number, stepSec: number): string {
  if (stepSec >= 86_400) return dayTick.format(ms);
  if (stepSec >= 7200) return hourTick.format(ms);
  return (stepSec >= 60 ? minuteTick : secondTick).format(ms);
}
