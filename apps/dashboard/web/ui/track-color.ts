const COLORS = 8;
let known: readonly string[] | null = null;
let alarm: string | null = null;

/** The colour of a track, the same everywhere: over pictures, in lists and plots. Read once from the tokens. */
export function trackColor(trackNo: number): string {
  known ??= Array.from({ length: COLORS }, (_, index) => token(`--pw-track-${index}`));
  // Tracks of Posewatch count from 1, those of imported files from 0.
  return known[(trackNo + COLORS - 1) % COLORS];
}

/** The colour of somebody who sets off an alert, over a picture. */
export function alarmColor(): string {
  return (alarm ??= token('--pw-alarm-on-picture'));
}

/** The value of a design token now, for what is drawn on a canvas. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
