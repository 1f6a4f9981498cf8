import { trackColor } from './track-color.js';
import classes from './track-chip.module.css';

/** A track's number with its colour. */
export function TrackChip({ trackNo }: { readonly trackNo: number }) {
  return (
    <span className={classes.chip}>
      <i style={{ backgroundColor: trackColor(trackNo) }} />
      <span className="num">Person {trackNo}</span>
    </span>
  );
}
