/** Files of tracks among what people drop: what is asked of them, and where they are sent. */
import { imports } from '../../api/calls.js';
import type { Import } from '../../api/types.js';

/** What a person says of a file of tracks. */
export interface TrackFileFacts {
  /** Frames a second of the source. */
  readonly fps: number;
  /** Wall clock of frame 0; null: now. */
  readonly startedAtMs: number | null;
}

/** Whether a file is one of tracks and not a video or picture: by its name, since the server looks at what is in it. */
export function isTrackFile(name: string): boolean {
  return /\.(json|txt|csv)$/i.test(name);
}

/** Where a file of tracks is sent. `ticket`: see `imports.progress`. */
export function importAddress(name: string, ticket: string, { fps, startedAtMs }: TrackFileFacts): string {
  return imports.url({ name, fps, ticket, ...(startedAtMs === null ? {} : { startedAtMs }) });
}

/** A frame rate that a person typed; null when it is none. */
export function fpsOf(text: string): number | null {
  const fps = Number(text.replace(',', '.'));
  return text.trim() !== '' && fps >= 0.01 && fps <= 1000 ? fps : null;
}

/** A moment of a `datetime-local` field in the viewer's zone, ms; null for an empty field. */
export function momentOf(text: string): number | null {
  const ms = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(ms) ? null : ms;
}

const linkings = { given: '', tracker: ' People had no ids: the tracker linked them.', none: ' People had no ids.' };

/** What became of a file, in a sentence or two. */
export function toldOf({ video, isKnown, tracks, linking, leftOut }: Import): string {
  if (isKnown) return `“${video.name}” is this file already. Nothing was changed.`;
  const left = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  const rest = left.length === 0 ? '' : ` Not taken over: ${left.join(', ')}.`;
  return `“${video.name}”: ${tracks === 1 ? 'one track is' : `${tracks.toLocaleString()} tracks are`} imported.${linkings[linking]}${rest}`;
}
