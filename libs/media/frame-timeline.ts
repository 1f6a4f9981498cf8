import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '#base/errors.js';
import { inputOptions, inputTarget } from './ffmpeg-arguments.js';
import { problemIn } from './ffmpeg-problems.js';
import { inputName } from './input-name.js';
import { ticksToUs, type TimeBase } from './media-time.js';

/**
 * The frames of a file as its container lists them, so that an exported frame number is the source's own at any frame rate, also a
 * varying one. One pass of ffprobe over the packets (no decoding); where packets carry no PTS, over the decoded frames.
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
  const packets = await readTimes(file, 'packet=pts,flags', signal);
  const times = packets ?? (await readTimes(file, 'frame=best_effort_timestamp', signal)) ?? [];
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

/** PTS of each entry in microseconds; null when one has none. Packets that the container says to discard are no frames. */
async function readTimes(file: string, entries: string, signal?: AbortSignal): Promise<number[] | null> {
  const times: number[] = [];
  let base: TimeBase = { num: 1, den: 1_000_000 };
  let withoutTime = 0;
  await probeLines(file, { entries: `${entries}:stream=time_base`, signal }, (line) => {
    const [section, first, flags] = line.split(',') as [string, string, string | undefined];
    if (section === 'stream') {
      const [num, den] = first.split('/').map(Number);
      base = { num, den };
    } else if (section !== 'packet' && section !== 'frame') {
      return;
    } else if (!/^-?\d+$/.test(first)) {
      withoutTime++;
    } else if (flags?.includes('D') !== true) times.push(Number(first));
  });
  return withoutTime === 0 ? times.map((ticks) => ticksToUs(ticks, base)) : null;
}

interface Probe {
  readonly entries: string;
  readonly signal: AbortSignal | undefined;
}

async function probeLines(file: string, probe: Probe, onLine: (line: string) => void): Promise<void> {
  const args = ['-hide_banner', '-v', 'error', ...inputOptions(file, 0), '-select_streams', 'v:0'];
  args.push('-show_entries', probe.entries, '-of', 'compact=nokey=1:print_section=1:item_sep=,', inputTarget(file));
  const child = spawn('ffprobe', args, { stdio: ['ignore', 'pipe', 'pipe'], signal: probe.signal });
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
  throw (
    problemIn(said, { name, network: false }) ??
    new AppError(
      'invalid-input',
      `${name} cannot be read: ${said.at(-1) ?? `ffprobe ended with ${code ?? 'a signal'}`}`,
    )
  );
}

function failure(problem: Error): AppError {
  if (problem.name === 'AbortError')
    return new AppError('cancelled', 'Stopped while listing frames.', { cause: problem });
  return new AppError('unavailable', 'ffprobe is not installed. Install it with: apt-get install ffmpeg', {
    cause: problem,
  });
}
