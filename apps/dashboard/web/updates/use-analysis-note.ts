import { useModels } from '../api/queries.js';
import type { Camera } from '../api/types.js';
import { analysisNote, type AnalysisNote } from '../ui/profiles.js';
import { useObservable } from './observable.js';
import { useActivity, useUpdates } from './updates.js';

/** That a camera is not analysed as it is set to, and why; null while it is, or nothing is known. */
export function useAnalysisNote(camera: Camera): AnalysisNote | null {
  const models = useModels().data;
  const ran = useActivity(camera.id)?.ran ?? null;
  const live = useObservable(useUpdates().system);
  const services = live?.services ?? [];
  const problems = services.flatMap((service) => service.problems ?? []);
  return models === undefined ? null : analysisNote({ camera, ran, models, problems });
}
