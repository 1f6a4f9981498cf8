import { z } from 'zod';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import type { CommandIo } from '../command.js';
import { withSystem } from '../internal/connected.js';
import { readJsonFile, writeJsonFile } from '../internal/json-file.js';
import { demoFolder } from '../internal/places.js';
import { rememberedPort } from '../internal/ports.js';
import { step, type Reporter } from '../internal/steps.js';
import type { SystemState } from '../internal/system-state.js';
import type { SystemSettings } from '../internal/system-settings.js';
import { demoClips } from './clips.js';
import { playDemoCameras, restDemoCameras } from './demo-cameras.js';

const demoFile = z.object({ port: z.number().int() });

/** Pictures drawn between two lines of progress, as a share of all. */
const REPORTED_SHARE = 0.25;

/**
 * What the demo's cameras need before a start: clips and a port, as arguments of the program that plays them. Without `--demo`
 * there is nothing to do, and no argument.
 */
export async function prepareDemo(
  wanted: boolean,
  system: SystemSettings,
  { report, signal }: { readonly report: Reporter; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  if (!wanted) return [];
  let next = REPORTED_SHARE;
  const onProgress = (doneShare: number): void => {
    if (doneShare < next) return;
    report({ kind: 'note', text: `drawing the demo scene, only this once: ${Math.floor(doneShare * 100)} %` });
    next += REPORTED_SHARE;
  };
  const draw = () => demoClips({ folder: demoFolder(system.environment), onProgress, signal });
  const clips = await step('the demo scene is drawn', draw, { clock: systemClock, report });
  const { port: known } = readJsonFile(system.places.demoFile, demoFile) ?? { port: null };
  return [String(await rememberedPort(known)), ...clips];
}

/**
 * After a start: with `--demo` its cameras play; without, those of an earlier `--demo` are switched off, because nothing would
 * answer for them.
 */
export async function showDemo(demo: readonly string[], system: SystemSettings, io: CommandIo): Promise<void> {
  const { data, demoFile: file } = system.places;
  if (demo.length === 0) {
    if (readJsonFile(file, demoFile) === null) return;
    await withSystem(io, data, restDemoCameras);
    return;
  }
  const port = Number(demo[0]);
  await withSystem(io, data, (connected) => playDemoCameras(connected, port));
  writeJsonFile(file, { port });
  io.out('Two demo cameras show a drawn hall with walking people; alerts follow within a minute.');
  io.out('Start without --demo to switch them off; remove them on the wall, or with "posewatch cameras remove".');
}

/** @throws AppError `conflict` when a system that runs without the demo is asked for it. */
export function refuseLateDemo(state: SystemState): void {
  if (state.processes.some(({ name }) => name === 'demo')) return;
  throw new AppError(
    'conflict',
    `Posewatch already runs on ${state.data}, without the demo. Run "posewatch down" first, then "posewatch up --demo".`,
  );
}
