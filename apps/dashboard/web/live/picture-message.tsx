import type { LiveState } from './live-player.js';
import classes from './live-view.module.css';

/** What is said in the place of a picture that is not there. Nothing while it plays. */
export function PictureMessage({ state }: { readonly state: LiveState }) {
  switch (state.kind) {
    case 'playing':
      return null;
    case 'waiting':
      return <p className={classes.message}>Waiting for the picture…</p>;
    case 'reconnecting':
      return <p className={classes.message}>The connection to Posewatch was lost. Trying again…</p>;
    case 'unsupported':
      return (
        <p className={classes.message}>
          This browser cannot play {state.codec}. People are still found and tracked; set the camera to H.264 to see its
          picture.
        </p>
      );
  }
}
