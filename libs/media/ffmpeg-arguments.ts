import { letterbox, type Size } from '#geometry/letterbox.js';
import { isNetworkUrl } from './input-name.js';

/**
 * Argument lists for FFmpeg, as pure values.
 *
 * Time. `-copyts` keeps the source's own time stamps; `select` (never the `fps` filter, which re-stamps) thins the frames out;
 * `-fps_mode passthrough -enc_time_base -1` hand them on in the source's time base. A `tee` writes each frame's pixels and, in
 * lockstep, its `framecrc` line, which carries its PTS.
 *
 * The live output is the camera's own stream in fragments. For its media times to equal those PTS: `frag_discont` with
 * `-use_editlist 0` makes the muxer write absolute decode times, `-avoid_negative_ts disabled` stops it from shifting them,
 * and both outputs get the same `-output_ts_offset`, so that the decode times of B-frames, which start below zero, stay above.
 */
export interface FfmpegPlan {
  readonly input: string;
  readonly inputOptions: readonly string[];
  readonly outputs: readonly { readonly target: string; readonly options: readonly string[] }[];
}

/** Media time at which a live session starts, in seconds: room for the reordering delay of any stream. */
const LIVE_START_SEC = 10;

/** Containers that an upload may have. Playlists are not among them: they would make FFmpeg open what they name. */
const UPLOAD_FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,h264,hevc,m4v,mjpeg,ivf,mxf,' +
  'image2,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif,apng';

/**
 * How much media time FFmpeg looks at before a camera's first picture. By itself it looks for 5 to 7 s at streams without a header
 * (MPEG-TS, FLV), and at slow RTSP cameras for the 20 pictures from which it guesses their rate. One second is enough for size and codec unless
 * the next key frame, which carries them in MPEG-TS, is farther away: then the long look is for it.
 */
export const QUICK_LOOK_MS = 1000;
export const LONG_LOOK_MS = 6000;

/** Options before `-i` of an input: transport, silence limit and first look of a camera, or what a file may be. */
export function inputOptions(url: string, timeoutMs: number, lookMs = QUICK_LOOK_MS): string[] {
  const microseconds = (ms: number): string => String(Math.round(ms * 1000));
  const look = ['-analyzeduration', microseconds(lookMs)];
  const timeout = microseconds(timeoutMs);
  if (/^rtsps?:/i.test(url)) {
    return ['-rtsp_transport', 'tcp', '-timeout', timeout, '-allowed_media_types', 'video', ...look];
  }
  if (isNetworkUrl(url)) return ['-rw_timeout', timeout, ...look];
  return ['-protocol_whitelist', 'file', '-format_whitelist', UPLOAD_FORMATS];
}

/** What FFmpeg is told to open: a URL as it is, a path marked as a file whatever characters it has. */
export function inputTarget(url: string): string {
  return isNetworkUrl(url) || /^file:/i.test(url) ? url : `file:${url}`;
}

/** How frames become analysis frames. */
export interface AnalysisShape {
  /** As displayed, that is after rotation. */
  readonly source: Size;
  readonly analysis: Size;
  /** Most frames a second of media time; 0: every frame. */
  readonly fps: number;
}

/**
 * Where in its cell the first frame lies. Not a half or a quarter: at whole ratios of the rates (20 to 10, 60 to 15) frames would lie
 * on the borders of cells, and rounding would choose between them.
 */
const CELL_OFFSET = 0.37;

/**
 * Thin out, scale, letterbox. A frame is taken when it is the first in its cell of a grid of 1 / fps around the first frame's
 * time: the rate holds on average at any source rate, and jitter of up to a third of a cell loses nothing.
 */
export function analysisFilter({ source, analysis, fps }: AnalysisShape): string {
  const { inner, padXPx, padYPx } = letterbox(source, analysis);
  const cell = (time: string): string => `floor((${time}-start_t)*${fps}+${CELL_OFFSET})`;
  const thin = fps > 0 ? [`select='isnan(prev_selected_t)+not(eq(${cell('t')},${cell('prev_selected_t')}))'`] : [];
  const padded = inner.widthPx !== analysis.widthPx || inner.heightPx !== analysis.heightPx;
  const pad = padded ? [`pad=${analysis.widthPx}:${analysis.heightPx}:${padXPx}:${padYPx}:black`] : [];
  return [...thin, `scale=${inner.widthPx}:${inner.heightPx}:flags=bilinear`, 'format=rgb24', ...pad].join(',');
}

/** Unix sockets that this process listens on. */
export interface RawSockets {
  readonly pixels: string;
  readonly times: string;
}

function rawOutput(shape: AnalysisShape, sockets: RawSockets, startSec: number): FfmpegPlan['outputs'][number] {
  const offset = startSec === 0 ? [] : ['-output_ts_offset', String(startSec)];
  return {
    target: `[f=rawvideo:flush_packets=1]unix:${teeText(sockets.pixels)}|[f=framecrc:flush_packets=1]unix:${teeText(sockets.times)}`,
    options: [
      ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', analysisFilter(shape)],
      ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', ...offset, '-c:v', 'rawvideo', '-f', 'tee'],
    ],
  };
}

/** Escapes what the tee muxer takes for its own syntax. */
function teeText(text: string): string {
  return text.replace(/[\\|[\]'\s]/g, '\\$&');
}

const common = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+warning', '-copyts'];

/** A whole file, once, at the pace its pixels are read. */
export function filePlan(file: string, shape: AnalysisShape, sockets: RawSockets): FfmpegPlan {
  return {
    input: inputTarget(file),
    inputOptions: [...common, ...inputOptions(file, 0)],
    outputs: [rawOutput(shape, sockets, 0)],
  };
}

export interface CameraPlanOptions {
  /** With credentials; never logged. */
  readonly url: string;
  readonly timeoutMs: number;
  /** As `probe` found it to be enough. */
  readonly lookMs: number;
  /** Of the camera's stream, such as `h264`. What browsers cannot play is encoded again. */
  readonly codec: string;
}

/** One connection to a camera, two products: raw analysis frames and the live stream in fragments of one access unit. */
export function cameraPlan(
  options: CameraPlanOptions,
  shape: AnalysisShape,
  sockets: RawSockets & { readonly fragments: string },
): FfmpegPlan {
  const copied = options.codec === 'h264';
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '30'];
  const codec = copied ? ['-c:v', 'copy'] : [...encode, '-fps_mode', 'passthrough', '-enc_time_base', '-1'];
  return {
    input: inputTarget(options.url),
    inputOptions: [...common, '-threads', '1', ...inputOptions(options.url, options.timeoutMs, options.lookMs)],
    outputs: [
      {
        target: `unix:${sockets.fragments}`,
        options: [
          ...['-map', '0:v:0', '-an', '-sn', '-dn', ...codec],
          ...['-avoid_negative_ts', 'disabled', '-output_ts_offset', String(LIVE_START_SEC), '-use_editlist', '0'],
          ...['-video_track_timescale', '90000', '-flush_packets', '1'],
          ...['-movflags', 'frag_every_frame+empty_moov+default_base_moof+frag_discont', '-f', 'mp4'],
        ],
      },
      rawOutput(shape, sockets, LIVE_START_SEC),
    ],
  };
}

/** A copy of a file that every browser plays: H.264 in MP4 with the same time stamps, without sound. */
export function playbackCopyPlan(file: string, target: string): FfmpegPlan {
  return {
    input: inputTarget(file),
    inputOptions: [...common, ...inputOptions(file, 0)],
    outputs: [
      {
        target: inputTarget(target),
        options: [
          ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', 'scale=ceil(iw/2)*2:ceil(ih/2)*2'],
          ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-c:v', 'libx264', '-preset', 'veryfast'],
          ...['-crf', '23', '-pix_fmt', 'yuv420p', '-movflags', '+faststart', '-f', 'mp4'],
        ],
      },
    ],
  };
}
