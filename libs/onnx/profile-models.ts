import type { ProfileName } from '#pose/profile.js';
import type { Manifest, ModelEntry, ProfileAlternatives, ProfileModels } from './manifest.js';

const noAlternatives: ProfileAlternatives = { detector: [], pose: [] };

/**
 * What each profile runs on a machine: its own models, or those that stand in for them where they are installed and its own are not.
 * The crowd model goes with the profile's own pose model only.
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
  const { detector, pose, crowdPose } = modelsBy(manifest, choose)[name];
  return [detector, pose, crowdPose].filter((id) => id !== null);
}

type Choose = (own: string, others: readonly string[]) => string;

function modelsBy({ profiles, alternatives = {} }: Manifest, choose: Choose): Record<ProfileName, ProfileModels> {
  const chosen = (name: ProfileName): ProfileModels => {
    const { detector, pose, crowdPose } = profiles[name];
    const others = alternatives[name] ?? noAlternatives;
    const chosenPose = choose(pose, others.pose);
    return {
      detector: detector === null ? null : choose(detector, others.detector),
      pose: chosenPose,
      crowdPose: chosenPose === pose ? crowdPose : null,
    };
  };
  return { fast: chosen('fast'), accurate: chosen('accurate'), pose3d: chosen('pose3d') };
}
