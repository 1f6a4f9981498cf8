import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import type { ModelEntry } from '#onnx/manifest.js';
import { modelsToPull } from '#onnx/profile-models.js';
import { canBeFetched } from '#onnx/pull.js';
import { modelPath } from '#onnx/registry.js';
import { profileNames, type ProfileName } from '#pose/profile.js';
import { needModel } from '../analyze/need-model.js';
import type { CommandIo } from '../command.js';
import { installedRegistry } from '../internal/models.js';
import { systemSettings } from '../internal/system-settings.js';

/** One thing that `posewatch bench` measures. */
export interface Measurement {
  /** What is measured, and its flags with their defaults. */
  readonly usage: string;
  /** @throws AppError `invalid-input` for wrong usage. */
  readonly run: (args: readonly string[], io: CommandIo) => Promise<void>;
}

/** Flags that several measurements have. */
export const commonFlags = {
  input: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** A whole number from 1 on. @throws AppError `invalid-input` that names the flag. */
export function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new AppError('invalid-input', `--${name} is "${text}"; it must be a whole number from 1 to ${most}.`);
}

/** The items of a list with commas. @throws AppError `invalid-input` for an empty one. */
export function list(name: string, text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.every((item) => item !== '')) return items;
  throw new AppError('invalid-input', `--${name} is "${text}"; it must be a list such as a,b.`);
}

/** A list of whole numbers from 1 on. @throws AppError `invalid-input`. */
export function wholeList(name: string, text: string, most: number): readonly number[] {
  return list(name, text).map((item) => whole(name, item, most));
}

/** Seconds of one measurement. @throws AppError `invalid-input`. */
export function secondsFlag(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 600) return value;
  throw new AppError('invalid-input', `--seconds is "${text}"; it must be a number above 0, at most 600.`);
}

/** Absolute path of `--input`, or null. @throws AppError `not-found`. */
export function inputFile(given: string | undefined): string | null {
  if (given === undefined) return null;
  const file = path.resolve(given);
  if (!existsSync(file)) throw new AppError('not-found', `${file} does not exist.`);
  return file;
}

/** @throws AppError `invalid-input`. */
export function profileFlag(text: string): ProfileName {
  const profile = profileNames.find((name) => name === text);
  if (profile !== undefined) return profile;
  throw new AppError('invalid-input', `--profile is "${text}"; it must be one of ${profileNames.join(', ')}.`);
}

/** Has the models of a profile in place: its own, or what stands in for those that cannot be fetched. @throws AppError as `needModel`. */
export async function needProfile(profile: ProfileName, io: CommandIo): Promise<void> {
  const { POSEWATCH_MODELS_DIR: modelsDir } = systemSettings(io.environment, {}).settings;
  if (profile === 'fast') {
    await needModel(null, io);
    return;
  }
  const isReachable = (entry: ModelEntry): boolean => existsSync(modelPath(modelsDir, entry)) || canBeFetched(entry);
  for (const id of modelsToPull(await installedRegistry(modelsDir), profile, isReachable)) await needModel(id, io);
}

/** Prints the whole result as JSON, or its lines. */
export function print(
  io: CommandIo,
  result: object,
  { json, lines }: { json: boolean; lines: readonly string[] },
): void {
  if (json) io.out(JSON.stringify(result));
  else for (const line of lines) io.out(line);
}

/** The three lines that every comparison with a bare limit has. */
export function comparisonLines(
  of: { readonly framesPerSec: number; readonly bareFramesPerSec: number; readonly ratio: number },
  names: readonly [measured: string, bare: string],
): readonly string[] {
  const width = Math.max(...names.map((name) => name.length), 'ratio'.length) + 2;
  const [measured, bare] = names.map((name) => name.padEnd(width));
  return [
    `${measured}${of.framesPerSec.toFixed(1)} frames/s`,
    `${bare}${of.bareFramesPerSec.toFixed(1)} frames/s`,
    `${'ratio'.padEnd(width)}${of.ratio.toFixed(3)}`,
  ];
}
