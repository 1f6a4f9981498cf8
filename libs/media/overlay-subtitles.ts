import type { Point } from '#geometry/box.js';
import type { Size } from '#geometry/letterbox.js';
import type { Pose } from '#pose/pose.js';
import { DRAWING_MODE, boxDrawing, polygonDrawing, skeletonDrawing } from './overlay-drawing.js';

/**
 * An Advanced SubStation Alpha script that draws skeletons, track numbers, zones and alerts over a video, one entry per person and
 * source frame. FFmpeg's `ass` filter renders it, so no pixel passes through JavaScript.
 *
 * Time: entries have centiseconds. The script's clock runs `TIME_STRETCH` times slower than the video (`burnOverlay` stretches the
 * PTS around the filter) and starts at the first frame; every entry changes midway between two frames, so that each frame shows its
 * own poses at any rate up to 500 a second. Between two analysed frames a pose moves in a straight line to the same track's next one.
 */
export const TIME_STRETCH = 10;

/** A pose of one track at one analysed frame. */
export interface OverlayPose extends Pose {
  readonly ptsUs: number;
  readonly trackNo: number;
}

export interface OverlayAlert {
  readonly trackNo: number;
  readonly startPtsUs: number;
  readonly endPtsUs: number;
  /** One line, such as "Loitering: stayed 34 s in Entrance". */
  readonly text: string;
}

export interface OverlayScene {
  readonly source: Size;
  /** PTS of every frame of the source, ascending. */
  readonly framePtsUs: ArrayLike<number>;
  /** PTS of every analysed frame, ascending, each one of `framePtsUs`; a pose is shown until the next of them. */
  readonly analysedPtsUs: readonly number[];
  readonly poses: readonly OverlayPose[];
  readonly alerts: readonly OverlayAlert[];
  /** Corners in source pixels. */
  readonly zones: readonly { readonly name: string; readonly corners: readonly Point[] }[];
}

/** Colours of tracks by number: eight hues that stay apart in the three common colour blindnesses; the web page's own. */
export const trackColours = [
  '#56b4e9',
  '#d8e34a',
  '#c3a6ff',
  '#3fd6a4',
  '#ff9fd6',
  '#f2d8a7',
  '#7f9bff',
  '#a6f0ff',
] as const;
/** Used for nothing but alerts. */
export const ALARM_COLOUR = '#ff6f61';
const ZONE_COLOUR = '#f4f6f6';
/** A person far away gets thinner limbs: so many of their widths make the height of the box. */
const LINES_PER_HEIGHT = 50;
const MOST_BANNERS = 4;
const LEAST_BANNER_US = 1_500_000;

/** `#rrggbb` as ASS writes it: blue first. */
function assColour(colour: string): string {
  return `&H${colour.slice(5, 7)}${colour.slice(3, 5)}${colour.slice(1, 3)}&`.toUpperCase();
}

/** Text that cannot be taken for ASS syntax. */
function plain(text: string): string {
  return text.replaceAll('\\', '/').replaceAll('{', '(').replaceAll('}', ')').replace(/\s+/g, ' ');
}

interface Look {
  readonly linePx: number;
  readonly textPx: number;
}

function lookFor(source: Size): Look {
  const side = Math.min(source.widthPx, source.heightPx);
  return { linePx: Math.max(1.5, side / 220), textPx: Math.max(9, side / 26) };
}

function header(source: Size, { linePx, textPx }: Look): string[] {
  const style = (name: string, colours: string, box: string): string =>
    `Style: ${name},DejaVu Sans,${textPx.toFixed(1)},${colours},-1,0,0,0,100,100,0,0,${box},7,0,0,0,1`;
  const outlined = `1,${(linePx * 0.6).toFixed(1)},0`;
  const alarm = `&H00${assColour(ALARM_COLOUR).slice(2, 8)}`;
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${source.widthPx}`,
    `PlayResY: ${source.heightPx}`,
    'WrapStyle: 2',
    'ScaledBorderAndShadow: yes',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, ' +
      'StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
    style('Figure', '&H00FFFFFF,&H00FFFFFF,&H50000000,&H50000000', outlined),
    style('Banner', `&H00000000,&H00000000,${alarm},${alarm}`, `3,${(textPx * 0.25).toFixed(1)},0`),
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
  ];
}

/** Script time in centiseconds at which frame `index` takes over from the one before it. */
function changeAt(framePtsUs: ArrayLike<number>, index: number): number {
  if (index <= 0) return 0;
  const last = framePtsUs.length - 1;
  const before = framePtsUs[Math.min(index, last + 1) - 1] - framePtsUs[0];
  const after = index > last ? before + 2_000_000 : framePtsUs[index] - framePtsUs[0];
  return Math.round((((before + after) / 2) * TIME_STRETCH) / 10_000);
}

function assTime(centiseconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(centiseconds / 100);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${two(centiseconds % 100)}`;
}

/** First frame at or after a time. */
function frameFrom(framePtsUs: ArrayLike<number>, ptsUs: number): number {
  let [low, high] = [0, framePtsUs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (framePtsUs[middle] < ptsUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Entry {
  readonly layer: number;
  /** Shown on the frames from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  readonly style: 'Figure' | 'Banner';
  readonly text: string;
}

function dialogue(framePtsUs: ArrayLike<number>, entry: Entry): string {
  const [start, end] = [entry.from, entry.to].map((frame) => assTime(changeAt(framePtsUs, frame)));
  return `Dialogue: ${entry.layer},${start},${end},${entry.style},,0,0,0,,${entry.text}`;
}

function drawn(colour: string, drawing: string): string {
  return `{\\an7\\pos(0,0)\\1c${assColour(colour)}\\p${DRAWING_MODE}}${drawing}`;
}

/** `from` moved `share` (0..1) of the way to `to`. */
function between(from: OverlayPose, to: OverlayPose, share: number): OverlayPose {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const [x1, y1, x2, y2] = from.box;
  return {
    ...from,
    box: [mix(x1, to.box[0]), mix(y1, to.box[1]), mix(x2, to.box[2]), mix(y2, to.box[3])],
    keypoints: from.keypoints.map((value, at) => mix(value, to.keypoints[at])),
  };
}

function personTexts(pose: OverlayPose, alarming: boolean, look: Look): { layer: number; text: string }[] {
  const colour = alarming ? ALARM_COLOUR : trackColours[(pose.trackNo - 1) % trackColours.length];
  const linePx = Math.max(1, Math.min(look.linePx, (pose.box[3] - pose.box[1]) / LINES_PER_HEIGHT));
  const skeleton = skeletonDrawing(pose, linePx);
  const frame = alarming ? boxDrawing(pose.box, look.linePx) : '';
  const drawing = [skeleton, frame].filter((part) => part !== '').join(' ');
  const [x, y] = [(pose.box[0] + pose.box[2]) / 2, Math.max(look.textPx, pose.box[1] - look.linePx)];
  const label = `{\\an2\\pos(${x.toFixed(1)},${y.toFixed(1)})\\1c${assColour(colour)}}${pose.trackNo}`;
  return [...(drawing === '' ? [] : [{ layer: 1, text: drawn(colour, drawing) }]), { layer: 2, text: label }];
}

/** Poses by the time of their frame, then by track. */
function byFrame(poses: readonly OverlayPose[]): ReadonlyMap<number, ReadonlyMap<number, OverlayPose>> {
  const frames = new Map<number, Map<number, OverlayPose>>();
  for (const pose of poses) {
    const frame = frames.get(pose.ptsUs) ?? new Map<number, OverlayPose>();
    frames.set(pose.ptsUs, frame.set(pose.trackNo, pose));
  }
  return frames;
}

/** One track from an analysed frame until before the next one; `next` is its pose there, null when it has none. */
interface Stretch {
  readonly pose: OverlayPose;
  readonly next: OverlayPose | null;
  readonly from: number;
  readonly to: number;
}

function* stretches({ framePtsUs, analysedPtsUs, poses }: OverlayScene): Generator<Stretch> {
  const frames = byFrame(poses);
  for (const [index, ptsUs] of analysedPtsUs.entries()) {
    const from = frameFrom(framePtsUs, ptsUs);
    const nextUs = analysedPtsUs.at(index + 1) ?? null;
    const to = nextUs === null ? from + 1 : frameFrom(framePtsUs, nextUs);
    const next = nextUs === null ? undefined : frames.get(nextUs);
    for (const pose of frames.get(ptsUs)?.values() ?? [])
      yield { pose, next: next?.get(pose.trackNo) ?? null, from, to };
  }
}

function* people(scene: OverlayScene, look: Look): Generator<Entry> {
  for (const { pose, next, from, to } of stretches(scene)) {
    for (let frame = from; frame < to; frame++) {
      const ptsUs = scene.framePtsUs[frame];
      const shown = next === null ? pose : between(pose, next, (ptsUs - pose.ptsUs) / (next.ptsUs - pose.ptsUs));
      for (const part of personTexts(shown, isAlarming(scene, pose.trackNo, ptsUs), look))
        yield { ...part, from: frame, to: frame + 1, style: 'Figure' };
    }
  }
}

function isAlarming(scene: OverlayScene, trackNo: number, ptsUs: number): boolean {
  return scene.alerts.some(
    (alert) => alert.trackNo === trackNo && ptsUs >= alert.startPtsUs && ptsUs <= alert.endPtsUs,
  );
}

/** Alerts as lines at the top left, each in the first slot that is free when it starts; past four at once none is added. */
function* banners(scene: OverlayScene, look: Look): Generator<Entry> {
  const freeFromUs = Array.from({ length: MOST_BANNERS }, () => Number.NEGATIVE_INFINITY);
  for (const alert of [...scene.alerts].sort((a, b) => a.startPtsUs - b.startPtsUs)) {
    const slot = freeFromUs.findIndex((ptsUs) => ptsUs <= alert.startPtsUs);
    if (slot < 0) continue;
    const endUs = Math.max(alert.endPtsUs, alert.startPtsUs + LEAST_BANNER_US);
    freeFromUs[slot] = endUs;
    const place = `${(look.textPx * 0.6).toFixed(1)},${(look.textPx * (0.6 + 1.6 * slot)).toFixed(1)}`;
    const [from, to] = [alert.startPtsUs, endUs].map((ptsUs) => frameFrom(scene.framePtsUs, ptsUs));
    yield {
      layer: 3,
      from,
      to,
      style: 'Banner',
      text: `{\\an7\\pos(${place})}#${alert.trackNo}  ${plain(alert.text)}`,
    };
  }
}

function* zones(scene: OverlayScene, look: Look): Generator<Entry> {
  for (const { name, corners } of scene.zones) {
    const span = { from: 0, to: scene.framePtsUs.length, style: 'Figure', layer: 0 } as const;
    yield { ...span, text: drawn(ZONE_COLOUR, polygonDrawing(corners, look.linePx * 0.6)) };
    const [x, y] = [Math.min(...corners.map((corner) => corner.x)), Math.max(...corners.map((corner) => corner.y))];
    const place = `${(x + look.linePx * 2).toFixed(1)},${(y - look.linePx * 2).toFixed(1)}`;
    yield { ...span, text: `{\\an1\\pos(${place})\\1c${assColour(ZONE_COLOUR)}}${plain(name)}` };
  }
}

/** The lines of the script, one after another, so that a long video need not fit in memory as text. */
export function* overlaySubtitles(scene: OverlayScene): Generator<string> {
  const look = lookFor(scene.source);
  yield* header(scene.source, look);
  for (const entries of [zones(scene, look), people(scene, look), banners(scene, look)])
    for (const entry of entries) yield dialogue(scene.framePtsUs, entry);
}
