/** Tracks as files for other programs; everything that matches, however much it is. */
import { AppError } from '#base/errors.js';
import { formatCocoResults } from '#evaluation/coco-file.js';
import { formatMot } from '#evaluation/mot-file.js';
import { formatPoseTrack, type ExportedPose, type ExportedSequence } from '#evaluation/posetrack-file.js';
import { cameraById } from './cameras.js';
import type { Database } from './database.js';
import { decodeSegment } from './segment-codec.js';
import { prepareSearch } from './track-conditions.js';
import type { TrackSearch } from './track-filter.js';
import { trackSegments } from './track-queries.js';
import { streamTracks, type FoundTrack } from './track-search.js';

/** Formats of an export. `posetrack`, `coco` and `mot` hold poses, the others a line or object per track. */
export const trackFormats = ['json', 'csv', 'posetrack', 'coco', 'mot'] as const;

export type TrackFormat = (typeof trackFormats)[number];

/** Poses of one export: some 400 MB of memory at most. */
const MOST_POSES = 300_000;

/**
 * The text of an export, piece by piece.
 * @throws AppError `invalid-input` before the first piece: the search is wrong, or a format cannot hold what matches.
 */
export async function* trackExport(
  database: Database,
  search: TrackSearch,
  format: TrackFormat,
): AsyncGenerator<string> {
  await prepareSearch(database, search);
  if (format === 'json') yield* asJson(streamTracks(database, search));
  else if (format === 'csv') yield* asCsv(streamTracks(database, search));
  else yield posesAs(format, await sequenceOf(database, search));
}

async function* asJson(tracks: AsyncIterable<FoundTrack>): AsyncGenerator<string> {
  yield '{"tracks":[';
  let before = '\n';
  for await (const track of tracks) {
    yield `${before}${JSON.stringify(track)}`;
    before = ',\n';
  }
  yield '\n]}\n';
}

const columns = [
  ...(['cameraId', 'cameraName', 'epoch', 'trackNo', 'startMs', 'endMs', 'startPtsUs', 'endPtsUs', 'poses'] as const),
  ...(['meanScore', 'maxSpeed', 'distance', 'closed', 'postures', 'together'] as const),
];

/** A field by RFC 4180; what a spreadsheet would take for a formula is led by an apostrophe. */
export function csvField(value: unknown): string {
  const plain = Array.isArray(value) ? value.join(' ') : String(value);
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* asCsv(tracks: AsyncIterable<FoundTrack>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  for await (const track of tracks) yield `${columns.map((column) => csvField(track[column])).join(',')}\r\n`;
}

function posesAs(format: 'posetrack' | 'coco' | 'mot', sequence: ExportedSequence): string {
  if (format === 'posetrack') return formatPoseTrack(sequence);
  if (format === 'coco') return formatCocoResults(sequence.poses, (frame) => frame);
  return formatMot(
    sequence.poses.map(({ frame, trackNo, box, score }) => ({ frame: frame + 1, id: trackNo, box, confidence: score })),
  );
}

/** One camera's epoch as a sequence: its frames are the moments that have a pose, in order, from 0. */
async function sequenceOf(database: Database, search: TrackSearch): Promise<ExportedSequence> {
  const tracks = await oneRun(streamTracks(database, search));
  const timed: { readonly ptsUs: number; readonly pose: Omit<ExportedPose, 'frame'> }[] = [];
  for (const { cameraId, epoch, trackNo } of tracks)
    for (const segment of await trackSegments(database, { cameraId, epoch, trackNo }))
      for (const { ptsUs, ...pose } of decodeSegment(segment.packed)) timed.push({ ptsUs, pose: { ...pose, trackNo } });
  const moments = [...new Set(timed.map(({ ptsUs }) => ptsUs))].sort((a, b) => a - b);
  const frameAt = new Map(moments.map((ptsUs, frame) => [ptsUs, frame]));
  return {
    frameCount: moments.length,
    analysedFrames: [...moments.keys()],
    ...(await sizeOf(database, tracks.at(0)?.cameraId ?? null)),
    poses: timed.map(({ ptsUs, pose }) => ({ ...pose, frame: frameAt.get(ptsUs) ?? 0 })),
  };
}

async function oneRun(tracks: AsyncIterable<FoundTrack>): Promise<FoundTrack[]> {
  const all: FoundTrack[] = [];
  let poses = 0;
  for await (const track of tracks) {
    const [first = track] = all;
    if (track.cameraId !== first.cameraId || track.epoch !== first.epoch)
      throw new AppError(
        'invalid-input',
        `This format holds one run of one camera, but ${first.cameraId}/${first.epoch} and ${track.cameraId}/${track.epoch} match; narrow the search by camera and time.`,
      );
    poses += track.poses;
    if (poses > MOST_POSES)
      throw new AppError(
        'invalid-input',
        `More than ${MOST_POSES} poses match, the most that this format is written with; narrow the search by time.`,
      );
    all.push(track);
  }
  return all;
}

async function sizeOf(database: Database, cameraId: string | null): Promise<{ widthPx: number; heightPx: number }> {
  const camera = cameraId === null ? null : await cameraById(database, cameraId);
  return { widthPx: camera?.sourceWidthPx ?? 0, heightPx: camera?.sourceHeightPx ?? 0 };
}
