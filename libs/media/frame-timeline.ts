import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '#base/errors.js';
import { inputOptions, inputTarget } from './ffmpeg-arguments.js';
import { problemIn } from './ffmpeg-problems.js';
import { FramecrcParser } from './framecrc.js';
import { inputName } from './input-name.js';
import { ticksToUs, type TimeBase } from './media-time.js';

/**
 * The frames of a file as its container lists them, so that an exported frame number is the source's own at any frame rate, also a
 * varying one. One pass of ffprobe over the packets, without decoding; where packets carry no PTS (AVI), FFmpeg decodes the file as
 * it does for the analysis and tells the time of each frame.
 */
export interface FrameTimeline {
  /** PTS of every frame of the video, microseconds, ascending. */
  readonly ptsUs: Float64Array;
  /** The frame (from 0) with this PTS, to the microsecond; null when there is none. */
  readonly frameAt: (ptsUs: number) => number | null;
}

const KEPT_LINES = 20;

/**
 * Reads the timeline of a file's first video stream.
 * @throws AppError naming what is wrong with the file; `cancelled` when aborted.
 */
export async function frameTimeline(file: string, signal?: AbortSignal): Promise<FrameTimeline> {
  const times = (await packetTimes(file, signal)) ?? (await decodedTimes(file, signal));
  if (times.length === 0) throw new AppError('invalid-input', `${inputName(file)} has no frame with a time stamp.`);
  return timelineOf(times);
}

/** A timeline from the times of all frames, in any order; of equal times one is kept. */
export function timelineOf(times: readonly number[]): FrameTimeline {
  const ptsUs = Float64Array.from(new Set(times)).sort();
  return {
    ptsUs,
    frameAt: (wanted) => {
      let [low, high] = [0, ptsUs.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ptsUs[middle] < wanted) low = middle + 1;
        else high = middle;
      }
      return low < ptsUs.length && ptsUs[low] === wanted ? low : null;
    },
  };
}

/** PTS of each packet in microseconds; null when one has none. Packets that the container says to discard are no frames. */
async function packetTimes(file: string, signal?: AbortSignal): Promise<number[] | null> {
  const times: number[] = [];
  let base: TimeBase = { num: 1, den: 1_000_000 };
  let withoutTime = 0;
  const format = 'compact=nokey=1:print_section=1:item_sep=,';
  const args = ['-select_streams', 'v:0', '-show_entries', 'packet=pts,flags:stream=time_base', '-of', format];
  await toolLines({ program: 'ffprobe', args: ['-v', 'error', ...source(file, []), ...args], file, signal }, (line) => {
    const [section, first, flags] = line.split(',') as [string, string, string | undefined];
    if (section === 'stream') {
      const [num, den] = first.split('/').map(Number);
      base = { num, den };
    } else if (section !== 'packet') {
      return;
    } else if (!/^-?\d+$/.test(first)) {
      withoutTime++;
    } else if (flags?.includes('D') !== true) times.push(Number(first));
  });
  return withoutTime === 0 ? times.map((ticks) => ticksToUs(ticks, base)) : null;
}

async function decodedTimes(file: string, signal?: AbortSignal): Promise<number[]> {
  const parser = new FramecrcParser();
  const times: number[] = [];
  const output = ['-map', '0:v:0', '-vf', 'scale=16:16', '-fps_mode', 'passthrough', '-enc_time_base', '-1'];
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-copyts',
    ...source(file, ['-i']),
    ...output,
    '-c:v',
    'rawvideo',
    '-f',
    'framecrc',
    '-',
  ];
  await toolLines({ program: 'ffmpeg', args, file, signal }, (line) => times.push(...parser.push(`${line}\n`)));
  return times;
}

function source(file: string, flag: readonly string[]): string[] {
  return [...inputOptions(file, 0), ...flag, inputTarget(file)];
}

interface Tool {
  readonly program: 'ffprobe' | 'ffmpeg';
  readonly args: readonly string[];
  readonly file: string;
  readonly signal: AbortSignal | undefined;
}

async function toolLines({ program, args, file, signal }: Tool, onLine: (line: string) => void): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line) > KEPT_LINES && said.shift());
  const output = createInterface({ input: child.stdout }).on('line', onLine);
  const read = new Promise((resolve) => output.once('close', resolve));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (problem) => {
      reject(failure(problem));
    });
    child.once('close', resolve);
  });
  await read;
  if (code === 0) return;
  const name = inputName(file);
  const last = said.at(-1) ?? `${program} ended with ${code ?? 'a signal'}`;
  throw problemIn(said, { name, network: false }) ?? new AppError('invalid-input', `${name} cannot be read: ${last}`);
}

function failure(problem: Error): AppError {
  if (problem.name === 'AbortError')
    return new AppError('cancelled', 'Stopped while listing frames.', { cause: problem });
  return new AppError('unavailable', 'FFmpeg is not installed. Install it with: apt-get install ffmpeg', {
    cause: problem,
  });
}
