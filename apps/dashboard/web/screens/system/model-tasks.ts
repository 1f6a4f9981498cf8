import type { Model } from '../../api/types.js';

/** What a model is for, in words. */
export const taskLabels: Readonly<Record<Model['task'], string>> = {
  'multi-person-pose': 'Poses of everybody in the picture',
  'person-pose': 'Joints of one person',
  'person-pose-3d': 'Joints of one person, in metres',
  'person-detection': 'Finds people',
  're-identification': 'Tells people apart',
};
