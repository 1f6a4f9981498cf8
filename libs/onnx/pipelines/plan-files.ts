import { statSync } from 'node:fs';
import { mostAreaPx } from '#pose/profile.js';
import type { PlanOptions } from './plan.js';

/** Settings that decide what a plan is. */
export interface PlanSettings {
  readonly POSEWATCH_MODELS_DIR: string;
  readonly POSEWATCH_CROWD_PEOPLE: number;
  readonly POSEWATCH_ANALYSIS_AREA_PX: number;
}

/** Options of `planPipeline` on this machine: a plan changes when one of its files does. */
export function planOptions(settings: PlanSettings): PlanOptions {
  return {
    modelsDir: settings.POSEWATCH_MODELS_DIR,
    crowdPeople: settings.POSEWATCH_CROWD_PEOPLE,
    maxAreaPx: mostAreaPx(settings.POSEWATCH_ANALYSIS_AREA_PX),
    versionOf: fileVersion,
  };
}

/** Changes when the file does; the same for a file that is not there. */
function fileVersion(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'missing' : `${found.mtimeMs} ${found.size}`;
}
