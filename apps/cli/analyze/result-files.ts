import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Point } from '#geometry/box.js';
import { cocoImageId, formatCocoResults } from '#evaluation/coco-file.js';
import { formatMot } from '#evaluation/mot-file.js';
import { formatPoseTrack } from '#evaluation/posetrack-file.js';
import { burnOverlay } from '#media/burn-overlay.js';
import type { FrameTimeline } from '#media/frame-timeline.js';
import type { OverlayAlert } from '#media/overlay-subtitles.js';
import type { EventRow } from '#storage/event-queries.js';
import type { StoredResult } from './stored-result.js';

/** What is written for one input, and where. */
export interface ResultFilesOptions {
  readonly folder: string;
  /** The input as the user named it. */
  readonly fileName: string;
  /** The file that was analysed. */
  readonly mediaFile: string;
  readonly isImage: boolean;
  readonly timeline: FrameTimeline;
  readonly result: StoredResult;
  /** Zones in normalised corners, for the overlay. */
  readonly zones: readonly { readonly name: string; readonly polygon: readonly (readonly [number, number])[] }[];
  /** Where snapshot paths of events start. */
  readonly dataFolder: string;
  readonly video: boolean;
  readonly signal: AbortSignal;
  readonly onOverlayFrames: (frames: number) => void;
}

/** Name of each file → its absolute path. */
export type WrittenFiles = Record<string, string>;

const US_PER_MS = 1000;

/** Media time at which an event ended; the end of the video where it never did. */
function endPtsUs(event: EventRow, timeline: FrameTimeline): number {
  if (event.endMs === null) return timeline.ptsUs[timeline.ptsUs.length - 1];
  return Number(event.startPtsUs) + Math.round((event.endMs - event.startMs) * US_PER_MS);
}

function eventEntry(event: EventRow, timeline: FrameTimeline, snapshot: string | null) {
  const startPtsUs = Number(event.startPtsUs);
  const end = event.endMs === null ? null : endPtsUs(event, timeline);
  return {
    id: event.id,
    kind: event.kind,
    rule: event.rule.name,
    zone: event.zoneName,
    trackNo: event.trackNo,
    startFrame: timeline.frameAt(startPtsUs),
    startPtsUs,
    /** Null when it was still going on at the end. */
    endFrame: end === null ? null : timeline.frameAt(end),
    endPtsUs: end,
    measure: event.measure,
    why: event.why,
    snapshot,
  };
}

/** Copies an alert's picture beside the results; null when it has none. */
async function keepSnapshot(event: EventRow, options: ResultFilesOptions): Promise<string | null> {
  if (event.snapshotPath === null) return null;
  const name = path.join('snapshots', path.basename(event.snapshotPath));
  await mkdir(path.join(options.folder, 'snapshots'), { recursive: true });
  await copyFile(path.join(options.dataFolder, event.snapshotPath), path.join(options.folder, name));
  return name;
}

function alertOf(event: EventRow, timeline: FrameTimeline): OverlayAlert {
  const kind = event.kind.charAt(0).toUpperCase() + event.kind.slice(1);
  return {
    trackNo: event.trackNo,
    startPtsUs: Number(event.startPtsUs),
    endPtsUs: endPtsUs(event, timeline),
    text: `${kind}: ${event.why}`,
  };
}

async function writeOverlay(options: ResultFilesOptions, target: string): Promise<void> {
  const { sequence, poses, events } = options.result;
  const { widthPx, heightPx } = sequence;
  const { ptsUs } = options.timeline;
  const inPixels = ([x, y]: readonly [number, number]): Point => ({ x: x * widthPx, y: y * heightPx });
  await burnOverlay({
    file: options.mediaFile,
    target,
    signal: options.signal,
    onFrames: options.onOverlayFrames,
    scene: {
      source: { widthPx, heightPx },
      framePtsUs: ptsUs,
      analysedPtsUs: sequence.analysedFrames.map((frame) => ptsUs[frame]),
      poses,
      alerts: events.map((event) => alertOf(event, options.timeline)),
      zones: options.zones.map(({ name, polygon }) => ({ name, corners: polygon.map(inPixels) })),
    },
  });
}

/** Writes tracks, poses and events, and the overlay where it is wanted. @throws AppError `cancelled` when aborted. */
export async function writeResultFiles(options: ResultFilesOptions): Promise<WrittenFiles> {
  const { folder, result, timeline } = options;
  const { sequence, poses } = result;
  await mkdir(folder, { recursive: true });
  const files: WrittenFiles = {};
  const write = async (name: string, text: string): Promise<void> => {
    files[name] = path.join(folder, name);
    await writeFile(files[name], text);
  };
  const rows = poses.map(({ frame, trackNo, box, confidence }) => ({ frame: frame + 1, id: trackNo, box, confidence }));
  const imageId = options.isImage ? cocoImageId(options.fileName) : null;
  await write('tracks.posetrack.json', formatPoseTrack(sequence));
  await write('tracks.mot.txt', formatMot(rows));
  await write(
    'poses.coco.json',
    formatCocoResults(poses, (frame) => imageId ?? frame),
  );
  const events = [];
  for (const event of result.events) events.push(eventEntry(event, timeline, await keepSnapshot(event, options)));
  await write('events.json', `${JSON.stringify({ events }, null, 2)}\n`);
  if (options.video) {
    files['overlay.mp4'] = path.join(folder, 'overlay.mp4');
    await writeOverlay(options, files['overlay.mp4']);
  }
  return files;
}
