import { IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { events } from '../api/calls.js';
import type { Event } from '../api/types.js';
import classes from './snapshot.module.css';

/** The picture of the moment an alert started; a quiet stand-in where none was kept. */
export function Snapshot({ event, alt }: { readonly event: Event; readonly alt: string }) {
  const [isMissing, setMissing] = useState(!event.hasSnapshot);
  if (isMissing) {
    return (
      <div className={classes.missing} title="No picture was kept of this moment.">
        <IconEyeOff size={20} stroke={1.6} aria-hidden />
        <span className="visually-hidden">No picture</span>
      </div>
    );
  }
  return (
    <img
      className={classes.snapshot}
      src={events.snapshotUrl(event.id)}
      alt={alt}
      loading="lazy"
      onError={() => {
        setMissing(true);
      }}
    />
  );
}
