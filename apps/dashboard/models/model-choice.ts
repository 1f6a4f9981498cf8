import { AppError } from '#base/errors.js';
import type { ModelEntry } from '#onnx/manifest.js';
import type { ProfileName } from '#pose/profile.js';

/** What a camera asks for; `modelId` null: the profile's own pose model. */
export interface AnalysisChoice {
  readonly profile: ProfileName;
  readonly modelId: string | null;
}

/** The task of a profile's pose model: only such a model can stand in its place. */
const poseTask: Readonly<Record<ProfileName, ModelEntry['task']>> = {
  fast: 'multi-person-pose',
  accurate: 'person-pose',
  pose3d: 'person-pose-3d',
};

/** @throws AppError `invalid-input` for a model that is not known, or cannot stand in the place of the profile's own. */
export function checkChoice(choice: AnalysisChoice, models: readonly Pick<ModelEntry, 'id' | 'task'>[]): void {
  const { profile, modelId } = choice;
  if (modelId === null) return;
  const details = { field: 'modelId', profile, modelId };
  const fitting = models.filter((model) => model.task === poseTask[profile]).map((model) => model.id);
  if (fitting.includes(modelId)) return;
  const known = models.some((model) => model.id === modelId);
  const problem = known ? `model ${modelId} cannot do what profile ${profile} needs` : `there is no model ${modelId}`;
  throw new AppError('invalid-input', `modelId: ${problem}; with ${profile} use ${fitting.join(', ') || 'none'}.`, {
    details,
  });
}
