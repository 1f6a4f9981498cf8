import { IconMan, IconRun } from '@tabler/icons-react';
import { ButtonLink } from '../../../ui/links.js';
import classes from './playback-likes.module.css';
import { spanAround } from './result-card.js';
import { writeMoment, writeMovement, type TrackMoment } from '../search-filter.js';

/** From a moment of a playback to the search for others who stand or move like this. */
export function PlaybackLikes({ moment }: { readonly moment: TrackMoment }) {
  return (
    <p className={classes.likes}>
      <span>More like this moment</span>
      <ButtonLink
        to="/search"
        search={{ like: writeMoment(moment) }}
        size="compact-sm"
        leftSection={<IconMan size={14} aria-hidden />}
        aria-label="More like this pose"
      >
        Pose
      </ButtonLink>
      <ButtonLink
        to="/search"
        search={{ move: writeMovement({ ...moment, ...spanAround(moment.ptsUs) }) }}
        size="compact-sm"
        leftSection={<IconRun size={14} aria-hidden />}
        aria-label="More like this movement"
      >
        Movement
      </ButtonLink>
    </p>
  );
}
