import type { CameraState } from './camera-state.js';
import classes from './state-dot.module.css';

/** One dot: hollow while paused, quiet while fine, coloured only in trouble. */
export function StateDot({ state, withLabel = false }: { readonly state: CameraState; readonly withLabel?: boolean }) {
  return (
    <span className={classes.state} title={state.problem ?? state.label}>
      <i data-tone={state.tone} aria-hidden />
      <span className={withLabel ? undefined : 'visually-hidden'}>{state.label}</span>
    </span>
  );
}
