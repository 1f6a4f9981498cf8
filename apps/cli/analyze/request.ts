import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import { profileNames, type ProfileName } from '#pose/profile.js';
import { parseFlags } from '../internal/arguments.js';

/** What one call of `posewatch analyze` asks for. */
export interface AnalyzeRequest {
  /** Files and http(s) addresses, at least one. */
  readonly inputs: readonly string[];
  readonly outFolder: string;
  readonly profile: ProfileName;
  /** Replaces the profile's own pose model; null: the profile's own, for `fast` that of the settings. */
  readonly modelId: string | null;
  /** Analysed frames a second of media time; 0: every frame. */
  readonly fps: number;
  /** Frames in which a track is missing for at most so long get a pose in between, in the written files only; 0: none. */
  readonly fillGapsSec: number;
  /** Null: no zone, no rule. */
  readonly rulesFile: string | null;
  readonly video: boolean;
  readonly json: boolean;
}

export const ANALYZE_USAGE = `posewatch analyze FILE|URL… --out DIR [flags]

  Runs the whole pipeline over videos and pictures, without the web page, and writes into DIR:
    tracks.posetrack.json  poses with track ids, PoseTrack18 format
    tracks.mot.txt         boxes with track ids, MOTChallenge format
    poses.coco.json        poses, COCO results format
    events.json            alerts: what, who, when, why
    summary.json           what was read, which profile and model were asked for and which ran, how fast
    overlay.mp4            the video with skeletons, ids and alerts drawn on it
  With several inputs each gets a folder of its own in DIR. Frame numbers are the source's own: from 0, in MOT from 1.

  --fps N|all        analyse at most N frames a second (default 10) or every frame
  --profile NAME     fast (default): one look at the whole picture, any number of people
                     accurate: finds people, then the joints of each
                     pose3d: as accurate, with joints in metres
  --model ID         pose model to use instead of the profile's own
  --fill-gaps SEC    put poses in between where a track is missing for at most SEC seconds (0 to 5, default 1;
                     0: only what was seen)
  --rules FILE       zones and rules: {"zones":[{"id","name","polygon":[[x,y],…]}],"rules":[{"kind","name","zone","params"}]};
                     corners are 0..1 of the picture, "zone" is the id of a zone or absent for the whole picture,
                     kinds: intrusion, loitering, running
  --no-video         write no overlay.mp4
  --json             print one JSON object on stdout

  URLs are http(s):// addresses of files. A camera's live stream has no end: add it with the web page instead.`;

const flags = {
  out: { type: 'string' },
  profile: { type: 'string', default: 'fast' },
  model: { type: 'string' },
  fps: { type: 'string', default: '10' },
  'fill-gaps': { type: 'string', default: '1' },
  rules: { type: 'string' },
  'no-video': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const MAX_FPS = 240;
const MAX_FILLED_SEC = 5;
const MAX_INPUTS = 1000;

function fpsOf(text: string): number {
  if (text === 'all') return 0;
  const fps = Number(text);
  if (text.trim() !== '' && Number.isFinite(fps) && fps > 0 && fps <= MAX_FPS) return fps;
  throw new AppError(
    'invalid-input',
    `--fps is "${text}"; it must be a number above 0 and up to ${MAX_FPS}, or "all".`,
  );
}

function fillGapsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= MAX_FILLED_SEC) return seconds;
  throw new AppError('invalid-input', `--fill-gaps is "${text}"; it must be 0 to ${MAX_FILLED_SEC} seconds.`);
}

function profileNamed(text: string): ProfileName {
  const profile = profileNames.find((name) => name === text);
  if (profile !== undefined) return profile;
  throw new AppError('invalid-input', `--profile is "${text}"; it must be ${profileNames.join(', ')}.`);
}

function checkInput(input: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(input)?.[1].toLowerCase();
  if (scheme === 'http' || scheme === 'https') return;
  if (scheme !== undefined) {
    const live = scheme.startsWith('rtsp')
      ? 'a live stream has no end; add it as a camera in the web page'
      : 'use a file or http(s)';
    throw new AppError('invalid-input', `${scheme}:// cannot be analysed: ${live}.`);
  }
  if (!existsSync(input)) throw new AppError('not-found', `${input} does not exist.`);
  if (!statSync(input).isFile()) throw new AppError('invalid-input', `${input} is not a file.`);
}

/**
 * Reads the command line; paths become absolute.
 * @throws AppError `invalid-input` for wrong usage, `not-found` for a file that is not there.
 */
export function analyzeRequest(args: readonly string[]): AnalyzeRequest {
  const { values, positionals } = parseFlags(args, flags, { atMost: MAX_INPUTS });
  if (positionals.length === 0) throw new AppError('invalid-input', 'Name at least one file or address to analyse.');
  if (values.out === undefined || values.out === '') throw new AppError('invalid-input', '--out DIR is missing.');
  const profile = profileNamed(values.profile);
  const fps = fpsOf(values.fps);
  const fillGapsSec = fillGapsOf(values['fill-gaps']);
  positionals.forEach(checkInput);
  return {
    inputs: positionals.map((input) => (/^https?:\/\//i.test(input) ? input : path.resolve(input))),
    outFolder: path.resolve(values.out),
    profile,
    modelId: values.model ?? null,
    fps,
    fillGapsSec,
    rulesFile: values.rules === undefined ? null : path.resolve(values.rules),
    video: !values['no-video'],
    json: values.json,
  };
}
