import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import { importFormats, type ImportFormat } from '#evaluation/imports/imported-sequence.js';
import type { Size } from '#geometry/letterbox.js';
import { parseFlags } from '../internal/arguments.js';

/** What one call of `posewatch import` asks for. */
export interface ImportRequest {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  /** Null: told from the content. */
  readonly format: ImportFormat | null;
  readonly fps: number | null;
  readonly size: Size | null;
  /** Wall clock of frame 0, milliseconds; null: now. */
  readonly startedAtMs: number | null;
  /** Whether people without ids are linked; null: unless pictures differ in size. */
  readonly link: boolean | null;
  /** The recording it belongs to, absolute; null: none. */
  readonly video: string | null;
  readonly data: string | undefined;
  readonly json: boolean;
}

export const IMPORT_USAGE = `posewatch import FILE [flags]

  Stores the tracks of a PoseTrack18/21 JSON, COCO keypoint (annotations or results) or MOT text file as a video that can be
  searched, replayed and exported. All of the file or nothing; the same file again changes nothing.

  --format posetrack|coco|mot   instead of what the content says
  --fps N            frames a second of the source; needed unless there is a --video or only one frame
  --size WxH         of the picture in pixels; default: as the file or the video says, else the smallest that holds everybody
  --start T          when frame 0 was: 2026-11-21T14:00:00Z; default: now
  --name NAME        shown to people; default: the name of the file
  --link yes|no      people without ids (COCO, detections): linked by the tracker, or each a track of its own;
                     default: yes, unless pictures differ in size
  --video FILE       the recording it belongs to: shown under the tracks, and what gives each frame its time
  --data DIR         data folder of the running system
  --json             print one JSON object: id, name, format, frames, tracks, poses, linking, leftOut{reason: n}, isKnown`;

const flags = {
  format: { type: 'string' },
  fps: { type: 'string' },
  size: { type: 'string' },
  start: { type: 'string' },
  name: { type: 'string' },
  link: { type: 'string' },
  video: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const MOST_PX = 100_000;

function formatOf(text: string | undefined): ImportFormat | null {
  if (text === undefined) return null;
  const format = importFormats.find((each) => each === text);
  if (format !== undefined) return format;
  throw new AppError('invalid-input', `--format is "${text}"; it must be ${importFormats.join(', ')}.`);
}

function fpsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const fps = Number(text);
  if (text.trim() !== '' && fps >= 0.01 && fps <= 1000) return fps;
  throw new AppError('invalid-input', `--fps is "${text}"; it must be a number from 0.01 to 1000.`);
}

function sizeOf(text: string | undefined): Size | null {
  if (text === undefined) return null;
  const [, width, height] = /^(\d{1,6})x(\d{1,6})$/.exec(text) ?? [];
  const size = { widthPx: Number(width), heightPx: Number(height) };
  if (Object.values(size).every((side) => side >= 1 && side <= MOST_PX)) return size;
  throw new AppError('invalid-input', `--size is "${text}"; it must be such as 1920x1080, up to ${MOST_PX} each.`);
}

function startOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (ms >= 0) return ms;
  throw new AppError('invalid-input', `--start is "${text}"; it must be a time such as 2026-11-21T14:00:00Z.`);
}

function linkOf(text: string | undefined): boolean | null {
  if (text === undefined) return null;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new AppError('invalid-input', `--link is "${text}"; it must be yes or no.`);
}

function fileOf(name: string): string {
  if (!existsSync(name)) throw new AppError('not-found', `${name} does not exist.`);
  if (!statSync(name).isFile()) throw new AppError('invalid-input', `${name} is not a file.`);
  return path.resolve(name);
}

/** @throws AppError `invalid-input` for wrong usage, `not-found` for a file that is not there. */
export function importRequest(args: readonly string[]): ImportRequest {
  const { values, positionals } = parseFlags(args, flags, { atMost: 1 });
  const [given] = positionals as readonly (string | undefined)[];
  if (given === undefined) throw new AppError('invalid-input', 'Name the file to import.');
  const asked = {
    ...{ format: formatOf(values.format), fps: fpsOf(values.fps), size: sizeOf(values.size) },
    ...{ startedAtMs: startOf(values.start), link: linkOf(values.link) },
  };
  const name = values.name?.trim() ?? path.basename(given);
  if (!/^\P{Cc}{1,255}$/u.test(name))
    throw new AppError('invalid-input', '--name must have 1 to 255 characters, none of them a control character.');
  const video = values.video === undefined ? null : fileOf(values.video);
  return { ...asked, file: fileOf(given), name, video, data: values.data, json: values.json };
}
