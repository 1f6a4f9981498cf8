import { oneStage } from './one-stage.js';
import type { PipelinePlan } from './plan.js';
import { pose3d } from './pose-3d.js';
import type { SessionShelf } from './session-shelf.js';
import type { Pipeline } from './stage-frame.js';
import { topDown } from './top-down.js';

/** The pipeline of a plan over the sessions of one thread. */
export function pipelineOf(plan: PipelinePlan, shelf: SessionShelf): Pipeline {
  switch (plan.kind) {
    case 'one-stage':
      return oneStage(plan, shelf);
    case 'top-down':
      return topDown(plan, shelf);
    case 'pose-3d':
      return pose3d(plan, shelf);
  }
}
