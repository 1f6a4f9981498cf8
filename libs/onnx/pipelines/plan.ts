import { AppError } from '#base/errors.js';
import type { ProfileName } from '#pose/profile.js';
import { modelById, type Manifest, type ModelEntry } from '../manifest.js';
import { modelPath } from '../registry.js';

/** What a session thread must know of a model to run it. */
export interface PlannedModel {
  readonly id: string;
  readonly path: string;
  /** Changes when the file does, so that a thread opens it again. */
  readonly version: string;
  readonly input: ModelEntry['input'];
  readonly outputs: ModelEntry['outputs'];
  readonly decoder: ModelEntry['decoder'];
  readonly skeleton: ModelEntry['skeleton'];
}

/** How people are found, and their joints in the picture. */
export interface PeoplePlan {
  readonly detector: PlannedModel;
  readonly pose: PlannedModel;
  /** For people beyond the `crowdPeople` largest of a frame; null: `pose` for everybody. */
  readonly crowdPose: PlannedModel | null;
  readonly crowdPeople: number;
}

/** One way from a picture to poses. Two plans with one `key` do the same. */
export type PipelinePlan =
  | {
      readonly kind: 'one-stage';
      readonly key: string;
      readonly pose: PlannedModel;
      /** A larger frame is made smaller first: pixels. */
      readonly maxAreaPx: number;
    }
  | ({ readonly kind: 'top-down'; readonly key: string } & PeoplePlan)
  | {
      readonly kind: 'pose-3d';
      readonly key: string;
      readonly people: PeoplePlan;
      /** Joints in metres of those people. */
      readonly pose: PlannedModel;
    };

/** What a camera wants. */
export interface PipelineChoice {
  readonly profile: ProfileName;
  /** Replaces the profile's own pose model; null: the profile's own. */
  readonly modelId: string | null;
}

export interface PlanOptions {
  readonly modelsDir: string;
  /** People of one frame whose joints come from the profile's own model; the rest, smallest boxes, from its crowd model. */
  readonly crowdPeople: number;
  /** Pixels of the largest frame that a one-stage model gets as it is. */
  readonly maxAreaPx: number;
  /** What changes when the file at a path does. */
  readonly versionOf: (file: string) => string;
}

/**
 * The pipeline of a choice. A model's task decides the kind: a one-stage model needs no detector whatever the profile, and a
 * top-down model gets the profile's detector, or that of `accurate` where the profile has none. A model of joints in metres gets people
 * with joints from the profile's models, or those of `pose3d`.
 * @throws AppError `invalid-input` for an unknown id or a model that finds no joints.
 */
export function planPipeline(choice: PipelineChoice, manifest: Manifest, options: PlanOptions): PipelinePlan {
  const { maxAreaPx } = options;
  const profile = manifest.profiles[choice.profile];
  const entry = modelById(manifest, choice.modelId ?? profile.pose);
  const planned = (id: string): PlannedModel => plannedModel(modelById(manifest, id), options);
  const pose = plannedModel(entry, options);
  const people = ({ detector, pose: joints, crowdPose }: PeopleModels): PeoplePlan => ({
    detector: planned(detector),
    pose: planned(joints),
    crowdPose: crowdPose === null ? null : planned(crowdPose),
    crowdPeople: options.crowdPeople,
  });
  switch (entry.task) {
    case 'multi-person-pose':
      return keyed({ kind: 'one-stage', pose, maxAreaPx });
    case 'person-pose': {
      const crowdPose = entry.id === profile.pose ? profile.crowdPose : null;
      return keyed({
        kind: 'top-down',
        ...people({ detector: detectorOf(choice, manifest), pose: entry.id, crowdPose }),
      });
    }
    case 'person-pose-3d':
      return keyed({ kind: 'pose-3d', people: people(peopleOf(choice, manifest)), pose });
    case 'person-detection':
    case 're-identification':
      throw new AppError('invalid-input', `Model "${entry.id}" is for ${entry.task}; it finds no joints.`);
  }
}

/** The models of a plan, each once. */
export function modelsOf(plan: PipelinePlan): readonly PlannedModel[] {
  switch (plan.kind) {
    case 'one-stage':
      return [plan.pose];
    case 'top-down':
      return modelsOfPeople(plan);
    case 'pose-3d':
      return [...modelsOfPeople(plan.people), plan.pose];
  }
}

function modelsOfPeople({ detector, pose, crowdPose }: PeoplePlan): PlannedModel[] {
  return [detector, pose, ...(crowdPose === null ? [] : [crowdPose])];
}

/** Ids of the models that find people and their joints in the picture. */
interface PeopleModels {
  readonly detector: string;
  readonly pose: string;
  readonly crowdPose: string | null;
}

function peopleOf(choice: PipelineChoice, manifest: Manifest): PeopleModels {
  const { profiles } = manifest;
  const { joints, crowdPose } = profiles[choice.profile].joints === null ? profiles.pose3d : profiles[choice.profile];
  if (joints === null) throw new AppError('internal', 'The profile pose3d of the model manifest has no joints model');
  return { detector: detectorOf(choice, manifest), pose: joints, crowdPose };
}

function detectorOf({ profile }: PipelineChoice, { profiles }: Manifest): string {
  const detector = profiles[profile].detector ?? profiles.accurate.detector;
  if (detector === null) throw new AppError('internal', 'No profile of the model manifest has a detector');
  return detector;
}

function plannedModel(entry: ModelEntry, { modelsDir, versionOf }: PlanOptions): PlannedModel {
  const { id, input, outputs, decoder, skeleton } = entry;
  const path = modelPath(modelsDir, entry);
  return { id, path, version: versionOf(path), input, outputs, decoder, skeleton };
}

type Keyed<T> = T extends unknown ? Omit<T, 'key'> : never;

function keyed(plan: Keyed<PipelinePlan>): PipelinePlan {
  return { ...plan, key: JSON.stringify(plan) };
}
