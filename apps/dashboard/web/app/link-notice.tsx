import { IconPlugConnectedX } from '@tabler/icons-react';
import { useObservable } from '../updates/observable.js';
import { useUpdates } from '../updates/updates.js';
import classes from './link-notice.module.css';

/** Says that what is on the page may be old, while the connection is away. */
export function LinkNotice() {
  const state = useObservable(useUpdates().state);
  if (state !== 'lost') return null;
  return (
    <div className={classes.notice} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      No connection to Posewatch. What you see may be old; trying again.
    </div>
  );
}
