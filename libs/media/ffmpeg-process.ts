import ffmpeg from 'fluent-ffmpeg';
import { AppError } from '#base/errors.js';
import type { FfmpegPlan } from './ffmpeg-arguments.js';
import { withoutCredentials } from './input-name.js';

const KEPT_LINES = 60;
const PATIENCE_MS = 1500;

/** How an FFmpeg process ended. */
export interface FfmpegExit {
  /** Exit status; null when a signal ended it or it never started. 0 also when a camera hung up. */
  readonly code: number | null;
  /** True when `stop` was called first. */
  readonly stopped: boolean;
  /** The last lines of stderr, without credentials. */
  readonly lines: readonly string[];
}

/** One running FFmpeg. */
export interface FfmpegProcess {
  /** Never rejects, except with `unavailable` when FFmpeg is not installed. */
  readonly exit: Promise<FfmpegExit>;
  /** SIGTERM, and SIGKILL where that does not help within 1.5 s; resolves when the process is gone. Repeatable. */
  readonly stop: () => Promise<void>;
}

/** Starts FFmpeg. `onLine` gets each line of stderr, without credentials. `niceness`: 0 to 19, the more the later its turn. */
export function startFfmpeg(
  plan: FfmpegPlan,
  onLine: (line: string) => void = () => undefined,
  niceness = 0,
): FfmpegProcess {
  const command = ffmpeg({ stdoutLines: KEPT_LINES, niceness })
    .input(plan.input)
    .inputOptions(...pair(plan.inputOptions));
  for (const output of plan.outputs) command.output(output.target).outputOptions(...pair(output.options));
  const lines: string[] = [];
  let stopped = false;
  const started = new Promise<void>((resolve) => {
    command.once('start', () => {
      resolve();
    });
  });
  command.on('stderr', (raw: string) => {
    const line = withoutCredentials(raw);
    if (line === '') return;
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onLine(line);
  });
  const exit = new Promise<FfmpegExit>((resolve, reject) => {
    command.once('end', () => {
      resolve({ code: 0, stopped, lines });
    });
    command.once('error', (problem: Error) => {
      if (/Cannot find ffmpeg|ENOENT/.test(problem.message)) reject(notInstalled());
      else resolve({ code: exitCode(problem.message), stopped, lines });
    });
  });
  exit.catch(() => undefined);
  command.run();
  const stop = async (): Promise<void> => {
    stopped = true;
    await Promise.race([started, exit]);
    command.kill('SIGTERM');
    const escalation = setTimeout(() => {
      command.kill('SIGKILL');
    }, PATIENCE_MS);
    await exit.finally(() => {
      clearTimeout(escalation);
    });
  };
  return { exit, stop };
}

/** As at least two arguments: fluent-ffmpeg splits the words of a single one. */
function pair(options: readonly string[]): [string, string, ...string[]] {
  const [first, second, ...rest] = options;
  return [first, second, ...rest];
}

function exitCode(message: string): number | null {
  const match = /exited with code (\d+)/.exec(message);
  return match === null ? null : Number(match[1]);
}

function notInstalled(): AppError {
  return new AppError('unavailable', 'FFmpeg is not installed. Install it with: apt-get install ffmpeg');
}
