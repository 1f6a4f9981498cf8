/** Tracks as files for other programs; everything that matches, however much it is. */
import { AppError } from '#base/errors.js';
import { cocoResult } from '#evaluation/coco-file.js';
import { motLine } from '#evaluation/mot-file.js';
import { poseTrackAnnotation, poseTrackCategory, poseTrackImage } from '#evaluation/posetrack-file.js';
import { cameraById } from './cameras.js';
import type { Database } from './database.js';
import { momentsOf, type Moment, type TracksOfRun } from './moments.js';
import { sourceFrames, type ReadFrameTimes, type SourceFrames } from './source-frames.js';
import { prepareSearch } from './track-conditions.js';
import type { TrackSearch } from './track-filter.js';
import { streamTracks, type FoundTrack } from './track-search.js';

/** Formats of an export. `posetrack`, `coco` and `mot` hold poses, the others a line or object per track. */
export const trackFormats = ['json', 'csv', 'posetrack', 'coco', 'mot'] as const;

export type TrackFormat = (typeof trackFormats)[number];

/**
 * The text of an export, piece by piece: memory does not grow with its length.
 * @param readFrameTimes see `ReadFrameTimes`; called for formats with poses of a recording.
 * @throws AppError before the first piece: `invalid-input` when the search is wrong, or a format cannot hold what matches; `not-found` when
 * the recording whose frames are to be numbered is gone.
 */
export async function* trackExport(
  database: Database,
  search: TrackSearch,
  { format, readFrameTimes }: { readonly format: TrackFormat; readonly readFrameTimes: ReadFrameTimes },
): AsyncGenerator<string> {
  await prepareSearch(database, search);
  if (format === 'json') yield* asJson(streamTracks(database, search));
  else if (format === 'csv') yield* asCsv(streamTracks(database, search));
  else yield* posesAs(format, database, { run: await runOf(streamTracks(database, search)), readFrameTimes });
}

/** How much an export would hold. */
export interface ExportExtent {
  readonly tracks: number;
  readonly poses: number;
}

/**
 * Says what an export would hold, or why it cannot be made, without making it.
 * @throws AppError as `trackExport`.
 */
export async function checkExport(database: Database, search: TrackSearch, format: TrackFormat): Promise<ExportExtent> {
  await prepareSearch(database, search);
  const isOfPoses = format !== 'json' && format !== 'csv';
  let [tracks, poses] = [0, 0];
  let first: FoundTrack | null = null;
  for await (const track of streamTracks(database, search)) {
    first ??= track;
    if (isOfPoses) refuseOtherRun(first, track);
    tracks++;
    poses += track.poses;
  }
  return { tracks, poses };
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

async function* posesAs(
  format: 'posetrack' | 'coco' | 'mot',
  database: Database,
  { run, readFrameTimes }: { readonly run: TracksOfRun | null; readonly readFrameTimes: ReadFrameTimes },
): AsyncGenerator<string> {
  const frames = run === null ? noFrames : await sourceFrames(database, run, readFrameTimes);
  const moments = run === null ? [] : momentsOf(database, run);
  if (format === 'mot') yield* asMot(moments, frames);
  else if (format === 'coco') yield* asCoco(moments, frames);
  else yield* asPoseTrack(database, { moments, frames, run });
}

const noFrames: SourceFrames = { frameCount: 0, frameOf: () => 0, imageIds: null };

type Moments = AsyncIterable<Moment> | Iterable<Moment>;

async function* asMot(moments: Moments, { frameOf }: SourceFrames): AsyncGenerator<string> {
  for await (const { ptsUs, poses } of moments) {
    const frame = frameOf(ptsUs);
    if (frame === null) continue;
    const row = { frame: frame + 1 };
    yield poses.map(({ trackNo: id, box, score }) => motLine({ ...row, id, box, confidence: score })).join('');
  }
}

async function* asCoco(moments: Moments, { frameOf, imageIds }: SourceFrames): AsyncGenerator<string> {
  let before = '[\n';
  for await (const { ptsUs, poses } of moments) {
    const frame = frameOf(ptsUs);
    if (frame === null) continue;
    const imageId = imageIds?.[frame] ?? frame;
    const results = poses
      .toSorted((a, b) => b.score - a.score)
      .map((pose) => JSON.stringify(cocoResult(pose, imageId)));
    yield before + results.join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

interface PoseTrackParts {
  readonly moments: Moments;
  readonly frames: SourceFrames;
  readonly run: TracksOfRun | null;
}

/** Every frame of the source is listed; it counts as labelled where somebody is. */
async function* asPoseTrack(database: Database, { moments, frames, run }: PoseTrackParts): AsyncGenerator<string> {
  const { frameCount, frameOf, imageIds } = frames;
  const picture = { frameCount, imageIds, ...(await sizeOf(database, run?.cameraId ?? null)) };
  const labelled = await labelledFrames(database, { frames, run });
  yield '{"images":[';
  for (let frame = 0; frame < frameCount; frame++)
    yield `${frame === 0 ? '\n' : ',\n'}${JSON.stringify(poseTrackImage(frame, picture, labelled[frame] === 1))}`;
  yield '\n],"annotations":[';
  let id = 0;
  for await (const { ptsUs, poses } of moments) {
    const frame = frameOf(ptsUs);
    if (frame === null) continue;
    for (const pose of poses)
      yield `${++id === 1 ? '\n' : ',\n'}${JSON.stringify(poseTrackAnnotation({ ...pose, frame }, id, picture))}`;
  }
  yield `\n],"categories":${JSON.stringify([poseTrackCategory])}}\n`;
}

/** 1 for each frame that has a pose, a byte a frame. */
async function labelledFrames(
  database: Database,
  { frames, run }: Pick<PoseTrackParts, 'frames' | 'run'>,
): Promise<Uint8Array> {
  const labelled = new Uint8Array(frames.frameCount);
  if (run === null) return labelled;
  for await (const { ptsUs } of momentsOf(database, run)) labelled[frames.frameOf(ptsUs) ?? frames.frameCount] = 1;
  return labelled;
}

/** The tracks of an export with poses, four bytes each; null for none. */
async function runOf(tracks: AsyncIterable<FoundTrack>): Promise<TracksOfRun | null> {
  let first: FoundTrack | null = null;
  const trackNos: number[] = [];
  for await (const track of tracks) {
    first ??= track;
    refuseOtherRun(first, track);
    trackNos.push(track.trackNo);
  }
  return first === null ? null : { cameraId: first.cameraId, epoch: first.epoch, trackNos };
}

function refuseOtherRun(first: FoundTrack, track: FoundTrack): void {
  if (track.cameraId === first.cameraId && track.epoch === first.epoch) return;
  throw new AppError(
    'invalid-input',
    `This format holds one run of one camera, but ${first.cameraId}/${first.epoch} and ${track.cameraId}/${track.epoch} match; narrow the search by camera and time.`,
  );
}

async function sizeOf(database: Database, cameraId: string | null): Promise<{ widthPx: number; heightPx: number }> {
  const camera = cameraId === null ? null : await cameraById(database, cameraId);
  return { widthPx: camera?.sourceWidthPx ?? 0, heightPx: camera?.sourceHeightPx ?? 0 };
}
