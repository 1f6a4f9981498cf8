import { Link } from '@tanstack/react-router';
import { IconExternalLink } from '@tabler/icons-react';
import type { Event, Track } from '../api/types.js';
import { kindLabel } from '../ui/kinds.js';
import { spanOf } from '../ui/time.js';
import { TrackChip } from '../ui/track-chip.js';
import { trackColor } from '../ui/track-color.js';
import classes from './track-lanes.module.css';

interface TrackLanesProps {
  readonly tracks: readonly Track[];
  readonly events: readonly Event[];
  readonly range: { readonly startPtsUs: number; readonly endPtsUs: number };
  readonly ptsUs: number;
  readonly onSeek: (ptsUs: number) => void;
}

/** One lane per person over the length of the video, with the alerts on them. A click goes to where somebody appears. */
export function TrackLanes({ tracks, events, range, ptsUs, onSeek }: TrackLanesProps) {
  const length = Math.max(1, range.endPtsUs - range.startPtsUs);
  const percent = (moment: number): number => Math.min(100, Math.max(0, ((moment - range.startPtsUs) / length) * 100));
  return (
    <ol className={classes.lanes} aria-label="People in this video">
      {tracks.map((track) => (
        <li key={track.trackNo} className={classes.lane}>
          <TrackChip trackNo={track.trackNo} />
          <button
            type="button"
            className={classes.bar}
            aria-label={`Go to person ${track.trackNo}, seen for ${spanOf(track.endMs - track.startMs)}`}
            onClick={() => {
              onSeek(track.startPtsUs);
            }}
          >
            <i
              style={{
                left: `${percent(track.startPtsUs)}%`,
                width: `${Math.max(0.6, percent(track.endPtsUs) - percent(track.startPtsUs))}%`,
                backgroundColor: trackColor(track.trackNo),
              }}
            />
            {events
              .filter((event) => event.trackNo === track.trackNo)
              .map((event) => (
                <b
                  key={event.id}
                  style={{ left: `${percent(event.startPtsUs)}%` }}
                  title={`${kindLabel(event.kind)}: ${event.why}`}
                />
              ))}
            <u style={{ left: `${percent(ptsUs)}%` }} />
          </button>
          <span className={classes.length}>{spanOf(track.endMs - track.startMs)}</span>
          <Link
            to="/tracks/$cameraId/$epoch/$trackNo"
            params={{ cameraId: track.cameraId, epoch: String(track.epoch), trackNo: String(track.trackNo) }}
            className={classes.open}
            aria-label={`Open person ${track.trackNo}`}
          >
            <IconExternalLink size={16} aria-hidden />
          </Link>
        </li>
      ))}
    </ol>
  );
}
