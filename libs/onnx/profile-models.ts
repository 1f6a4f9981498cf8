import type { ProfileName } from '#pose/profile.js';
import type { Manifest, ModelEntry, ProfileAlternatives, ProfileModels } from './manifest.js';

const noAlternatives: ProfileAlternatives = { detector: [], joints: [], pose: [] };

/**
 * What each profile runs on a machine: its own models, or those that stand in for them where they are installed and its own are not.
 * The crowd model goes with the profile's own model of joints in the picture only.
 */
export function profilesHere(
  manifest: Manifest,
  isInstalled: (entry: ModelEntry) => boolean,
): Readonly<Record<ProfileName, ProfileModels>> {
  const installed = new Set(manifest.models.filter(isInstalled).map(({ id }) => id));
  return modelsBy(manifest, (own, others) =>
    installed.has(own) ? own : (others.find((id) => installed.has(id)) ?? own),
  );
}

/** The models to install for a profile: those that are there or can be fetched, before those that only a folder can give. */
export function modelsToPull(
  manifest: Manifest,
  name: ProfileName,
  isReachable: (entry: ModelEntry) => boolean,
): readonly string[] {
  const reachable = new Set(manifest.models.filter(isReachable).map(({ id }) => id));
  const choose: Choose = (own, others) => (reachable.has(own) ? own : (others.find((id) => reachable.has(id)) ?? own));
  return modelIds(modelsBy(manifest, choose)[name]);
}

/** The models of a profile. */
export function modelIds({ detector, joints, pose, crowdPose }: ProfileModels): string[] {
  return [detector, joints, pose, crowdPose].filter((id) => id !== null);
}

/** Models that may stand in for those of a profile. */
export function standInIds({ alternatives = {} }: Pick<Manifest, 'alternatives'>, name: ProfileName): string[] {
  const { detector, joints, pose } = alternatives[name] ?? noAlternatives;
  return [...detector, ...joints, ...pose];
}

type Choose = (own: string, others: readonly string[]) => string;

function modelsBy({ profiles, alternatives = {} }: Manifest, choose: Choose): Record<ProfileName, ProfileModels> {
  const chosen = (name: ProfileName): ProfileModels => {
    const own = profiles[name];
    const others = alternatives[name] ?? noAlternatives;
    const joints = own.joints === null ? null : choose(own.joints, others.joints);
    const pose = choose(own.pose, others.pose);
    const keepsCrowd = own.joints === null ? pose === own.pose : joints === own.joints;
    return {
      detector: own.detector === null ? null : choose(own.detector, others.detector),
      joints,
      pose,
      crowdPose: keepsCrowd ? own.crowdPose : null,
    };
  };
  return { fast: chosen('fast'), accurate: chosen('accurate'), pose3d: chosen('pose3d') };
}
