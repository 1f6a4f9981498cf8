import type { ServiceHealth } from '#contracts/service-health.js';
import { profileNames, type ProfileName } from '#pose/profile.js';
import type { Camera, Models } from '../api/types.js';

/** A way of analysis in words: what it is good for, and what it costs. */
export interface ProfileWords {
  readonly label: string;
  readonly good: string;
  readonly cost: string;
}

const words: Readonly<Record<ProfileName, ProfileWords>> = {
  fast: {
    label: 'Fast',
    good: 'Everybody in one pass: whole bodies, many cameras.',
    cost: 'Least work, the same for any number of people',
  },
  accurate: {
    label: 'Accurate',
    good: 'Finds each person, then looks closely: small or half hidden people.',
    cost: 'More work, and more with each person',
  },
  pose3d: {
    label: '3-D',
    good: 'As Accurate, with joints in metres: posture, falls, lifting.',
    cost: 'More work, and more with each person',
  },
};

export const profileChoices: readonly (ProfileWords & { readonly name: ProfileName })[] = profileNames.map((name) => ({
  name,
  ...words[name],
}));

export function profileLabel(name: ProfileName): string {
  return words[name].label;
}

/** What analysed the newest frame. */
export interface Ran {
  readonly profile: ProfileName;
  readonly modelId: string;
}

/** That a camera does not get what it asks for. */
export interface AnalysisNote {
  /** `Runs Fast, not Accurate`. */
  readonly short: string;
  /** Why, in a sentence; null while nothing is known to be wrong: a change takes a moment. */
  readonly why: string | null;
}

/** A choice that an inference process cannot run now. */
export type ModelProblem = NonNullable<ServiceHealth['problems']>[number];

interface Facts {
  readonly camera: Pick<Camera, 'profile' | 'modelId'>;
  /** Null: no frame was seen. */
  readonly ran: Ran | null;
  readonly models: Models;
  /** What inference processes say is wrong. */
  readonly problems: readonly ModelProblem[];
}

/** Compares what a camera is set to with what ran on its newest frame; null where they agree. */
export function analysisNote({ camera, ran, models, problems }: Facts): AnalysisNote | null {
  if (ran !== null && isAsWanted(camera, ran)) return null;
  const missing = missingModels(camera, models);
  const wanted = camera.modelId === null ? profileLabel(camera.profile) : titleOf(camera.modelId, models);
  const why = missing.length > 0 ? lacksText(missing, models) : problemOf(camera, problems);
  if (ran !== null) return { short: `Runs ${insteadOf(camera, ran, models)}, not ${wanted}`, why };
  return missing.length > 0 ? { short: `Cannot run ${wanted}`, why } : null;
}

function problemOf({ profile, modelId }: Facts['camera'], problems: Facts['problems']): string | null {
  return problems.find((each) => each.profile === profile && each.modelId === modelId)?.problem ?? null;
}

function isAsWanted({ profile, modelId }: Facts['camera'], ran: Ran): boolean {
  return ran.profile === profile && (modelId === null || modelId === ran.modelId);
}

function insteadOf(camera: Facts['camera'], ran: Ran, models: Models): string {
  return ran.profile === camera.profile ? titleOf(ran.modelId, models) : profileLabel(ran.profile);
}

/** Ids of models that a choice needs and that are not installed. */
export function missingModels({ profile, modelId }: Facts['camera'], models: Models): readonly string[] {
  const own = models.profiles.find((each) => each.name === profile);
  if (modelId === null) return own?.missing ?? [];
  const task = models.models.find((model) => model.id === modelId)?.task;
  const replaced = new Set(models.models.filter((model) => model.task === task).map((model) => model.id));
  const chosen = models.models.filter((model) => model.id === modelId && model.state !== 'installed');
  return [...(own?.missing ?? []).filter((id) => !replaced.has(id)), ...chosen.map((model) => model.id)];
}

/** `PP-TinyPose 256×192 is not installed.` */
export function lacksText(ids: readonly string[], models: Models): string {
  const titles = titlesOf(ids, models);
  const list = titles.length > 1 ? `${titles.slice(0, -1).join(', ')} and ${titles.at(-1) ?? ''}` : titles[0];
  return `${list} ${titles.length > 1 ? 'are' : 'is'} not installed.`;
}

/** The titles of models, in the same order. */
export function titlesOf(ids: readonly string[], models: Models): readonly string[] {
  return ids.map((id) => titleOf(id, models));
}

function titleOf(id: string, models: Models): string {
  return models.models.find((model) => model.id === id)?.title ?? id;
}
