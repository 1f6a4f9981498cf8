import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import { inputOptions, inputTarget, LONG_LOOK_MS, QUICK_LOOK_MS } from './ffmpeg-arguments.js';
import { problemIn, saysNoIndex } from './ffmpeg-problems.js';
import { inputName, isNetworkUrl, withoutCredentials } from './input-name.js';
import { ticksToUs, type TimeBase } from './media-time.js';

/** What is known of a video, picture or camera before its first frame. */
export interface MediaInfo {
  /** As displayed: after rotation. */
  readonly source: Size;
  /** FFmpeg's name, such as `h264`. */
  readonly codec: string;
  /** FFmpeg's names of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** Null for a camera, and where the container does not say. */
  readonly durationUs: number | null;
  /** Frames of the source as the container counts them; null where it does not. */
  readonly frameCount: number | null;
  /** Average frame rate; null where unknown. */
  readonly fps: number | null;
  readonly timeBase: TimeBase;
  readonly rotationDeg: 0 | 90 | 180 | 270;
  /** Media time of the first frame; null where unknown. */
  readonly startPtsUs: number | null;
  readonly isImage: boolean;
  /** Media time that had to be looked at to know all this; what opens a camera next must look as long. */
  readonly lookMs: number;
}

export interface ProbeOptions {
  readonly timeoutMs: number;
  /** Looks long at once, for a camera whose last session did not get along with a quick look. Default: quick first. */
  readonly isPatient?: boolean;
  /** How messages call the input; by default its file name, or its URL without credentials. */
  readonly name?: string;
  /** Ends the look at once, as `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

const LARGEST_SIDE_PX = 16_384;
const LARGEST_REPORT_BYTES = 4 * 1024 * 1024;
const IMAGE_CONTAINER = /_pipe$|^image2$/;

const sideData = z.array(z.object({ rotation: z.number().optional() })).optional();
const stream = z.object({
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  codec_tag_string: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  time_base: z.string().default('1/1000'),
  start_pts: z.number().optional(),
  duration: z.string().optional(),
  nb_frames: z.string().optional(),
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  side_data_list: sideData,
});
/** The first frame of a picture: there FFmpeg keeps the orientation of its EXIF data. */
const firstFrame = z.object({ frames: z.array(z.object({ side_data_list: sideData })).default([]) });
const report = z.object({
  streams: z.array(stream).default([]),
  format: z.object({ format_name: z.string(), duration: z.string().optional() }).optional(),
});
type Stream = z.infer<typeof stream>;

/**
 * Looks at a file or camera with ffprobe. `url` may hold credentials; no message will.
 * @throws AppError `invalid-input` (no video, unreadable, empty, unknown codec), `not-found`, `unauthorised`, `unavailable`
 * `timeout` or `cancelled`, each naming the input and saying what to do.
 */
export async function probe(url: string, options: ProbeOptions): Promise<MediaInfo> {
  const label = { name: options.name ?? inputName(url), network: isNetworkUrl(url) };
  if (!label.network) await refuseEmpty(url, label.name);
  const { stdout, lines, timedOut, lookMs } = await longEnough(url, options, label.network);
  if (timedOut) throw new AppError('timeout', `${label.name} does not answer within ${options.timeoutMs} ms.`);
  const said = report.safeParse(parseJson(stdout));
  if (!said.success || said.data.format === undefined || said.data.streams.length === 0) {
    const neverMp4 = lines.some(saysNoIndex) && !(await startsAsMp4(url));
    throw (neverMp4 ? null : problemIn(lines, label)) ?? unreadable(label.name, lines);
  }
  const { streams, format } = said.data;
  const video = await asDisplayed(videoIn(streams, label.name), { url, format, options });
  return { ...mediaInfo(video, format, { name: label.name, lines }), lookMs };
}

/** Looks quickly at a camera, and longer where that did not show its codec and size. */
async function longEnough(
  url: string,
  options: ProbeOptions,
  isNetwork: boolean,
): Promise<FfprobeOutput & { readonly lookMs: number }> {
  if (options.isPatient !== true) {
    const quick = await runFfprobe(url, options);
    if (!isNetwork || !isUnfinished(quick)) return { ...quick, lookMs: QUICK_LOOK_MS };
  }
  return { ...(await runFfprobe(url, { ...options, lookMs: LONG_LOOK_MS })), lookMs: LONG_LOOK_MS };
}

/** True for a stream that was opened, and whose picture was not understood in the time. */
function isUnfinished({ stdout, timedOut }: FfprobeOutput): boolean {
  const said = report.safeParse(parseJson(stdout));
  if (timedOut || !said.success || said.data.format === undefined) return false;
  return !said.data.streams.some((each) => isVideo(each) && (each.width ?? 0) > 0);
}

async function refuseEmpty(file: string, name: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null) throw new AppError('not-found', `${name} does not exist.`);
  if (!found.isFile()) throw new AppError('invalid-input', `${name} is not a file.`);
  if (found.size === 0) throw new AppError('invalid-input', `${name} is empty (0 bytes). Copy or upload it again.`);
}

/** FFmpeg takes anything for MP4 whose name says so: the first box tells a cut-off file from one that never was a video. */
async function startsAsMp4(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return /^(ftyp|moov|mdat|free|skip|wide|pnot)$/.test(buffer.toString('latin1', 4, 8));
  } finally {
    await handle.close();
  }
}

/** A picture is turned as its EXIF data says, which its first frame holds; without an answer it counts as upright. */
async function asDisplayed(
  video: Stream,
  of: { readonly url: string; readonly format: { readonly format_name: string }; readonly options: ProbeOptions },
): Promise<Stream> {
  if (!IMAGE_CONTAINER.test(of.format.format_name)) return video;
  const { stdout } = await runFfprobe(of.url, { ...of.options, show: ['-show_frames', '-select_streams', 'v:0'] });
  const said = firstFrame.safeParse(parseJson(stdout));
  return { ...video, side_data_list: said.data?.frames.at(0)?.side_data_list };
}

interface FfprobeOutput {
  readonly stdout: string;
  readonly lines: readonly string[];
  readonly timedOut: boolean;
}

async function runFfprobe(
  url: string,
  options: ProbeOptions & { readonly lookMs?: number; readonly show?: readonly string[] },
): Promise<FfprobeOutput> {
  const { timeoutMs, signal, lookMs = QUICK_LOOK_MS, show = ['-show_streams', '-show_format'] } = options;
  const args = ['-hide_banner', '-loglevel', 'error', '-print_format', 'json', ...show];
  const limits = {
    timeout: timeoutMs * 2 + lookMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: LARGEST_REPORT_BYTES,
    signal,
  };
  const startMs = systemClock.monotonicMs();
  return new Promise((resolve, reject) => {
    execFile(
      'ffprobe',
      [...args, ...inputOptions(url, timeoutMs, lookMs), inputTarget(url)],
      limits,
      (problem, stdout, stderr) => {
        if (problem?.code === 'ENOENT') {
          reject(new AppError('unavailable', 'ffprobe is not installed. Install it with: apt-get install ffmpeg'));
        } else if (problem?.code === 'ABORT_ERR') {
          reject(new AppError('cancelled', `Looking at ${inputName(url)} was stopped.`));
        } else {
          const lines = stderr.split('\n').map(withoutCredentials);
          // FFmpeg calls it invalid data when an RTSP camera takes the connection and then stays silent.
          const silent = isNetworkUrl(url) && lines.some((line) => line.includes('Invalid data found'));
          const late = systemClock.monotonicMs() - startMs >= timeoutMs;
          resolve({ stdout, lines, timedOut: problem?.killed === true || (silent && late) });
        }
      },
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreadable(name: string, lines: readonly string[]): AppError {
  return new AppError('invalid-input', `${name} is not a video or picture that FFmpeg can read.`, {
    details: { said: lines.filter((line) => line !== '').slice(-2) },
  });
}

function videoIn(streams: readonly Stream[], name: string): Stream {
  const video = streams.find(isVideo);
  if (video !== undefined) return video;
  throw new AppError('invalid-input', `${name} has no video, only ${kindsOf(streams)}.`);
}

/** A cover picture of an audio file is no video. */
function isVideo(candidate: Stream): boolean {
  return candidate.codec_type === 'video' && candidate.disposition?.attached_pic !== 1;
}

function kindsOf(streams: readonly Stream[]): string {
  return [...new Set(streams.map((each) => each.codec_type ?? 'data'))].join(', ');
}

function mediaInfo(
  video: Stream,
  format: { readonly format_name: string; readonly duration?: string | undefined },
  input: { readonly name: string; readonly lines: readonly string[] },
): Omit<MediaInfo, 'lookMs'> {
  const codec = knownCodec(video, input.name);
  const timeBase = rational(video.time_base) ?? { num: 1, den: 1000 };
  const rotationDeg = rotationOf(video);
  const isImage = IMAGE_CONTAINER.test(format.format_name);
  return {
    source: displayedSize(video, rotationDeg, input),
    codec,
    container: format.format_name,
    ...lengthOf(video, format.duration, isImage),
    timeBase,
    rotationDeg,
    startPtsUs: video.start_pts === undefined ? null : ticksToUs(video.start_pts, timeBase),
    isImage,
  };
}

function lengthOf(
  video: Stream,
  containerDuration: string | undefined,
  isImage: boolean,
): Pick<MediaInfo, 'durationUs' | 'frameCount' | 'fps'> {
  if (isImage) return { durationUs: null, frameCount: 1, fps: null };
  return {
    durationUs: secondsToUs(video.duration ?? containerDuration),
    frameCount: wholeNumber(video.nb_frames),
    fps: rate(video.avg_frame_rate) ?? rate(video.r_frame_rate),
  };
}

function knownCodec(video: Stream, name: string): string {
  const codec = video.codec_name;
  if (codec !== undefined && codec !== 'none' && codec !== 'unknown') return codec;
  const tag = video.codec_tag_string ?? 'unknown';
  throw new AppError('invalid-input', `${name} holds video in an unknown codec (${tag}). Convert it to H.264.`);
}

function displayedSize(
  video: Stream,
  rotationDeg: number,
  input: { readonly name: string; readonly lines: readonly string[] },
): Size {
  const { width = 0, height = 0 } = video;
  if (width < 1 || height < 1) {
    throw problemIn(input.lines, { name: input.name, network: false }) ?? unreadable(input.name, input.lines);
  }
  if (width > LARGEST_SIDE_PX || height > LARGEST_SIDE_PX) {
    const limit = `the limit is ${LARGEST_SIDE_PX} pixels a side`;
    throw new AppError('invalid-input', `${input.name} is ${width} × ${height} pixels; ${limit}. Scale it down.`);
  }
  const upright = rotationDeg % 180 === 0;
  return upright ? { widthPx: width, heightPx: height } : { widthPx: height, heightPx: width };
}

function rotationOf(video: Stream): MediaInfo['rotationDeg'] {
  const turned = video.side_data_list?.find((each) => each.rotation !== undefined)?.rotation ?? 0;
  const quarters = (((Math.round(turned / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
  return ([0, 90, 180, 270] as const)[quarters];
}

function rational(text: string | undefined): TimeBase | null {
  const match = /^(\d+)\/(\d+)$/.exec(text ?? '');
  if (match === null || Number(match[2]) === 0) return null;
  return { num: Number(match[1]), den: Number(match[2]) };
}

function rate(text: string | undefined): number | null {
  const found = rational(text);
  return found === null || found.num === 0 ? null : found.num / found.den;
}

function secondsToUs(text: string | undefined): number | null {
  const seconds = Number(text);
  return text !== undefined && Number.isFinite(seconds) ? Math.round(seconds * 1_000_000) : null;
}

function wholeNumber(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) ? value : null;
}
