import { Skeleton } from '@mantine/core';
import { IconMan, IconRun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { tracks as calls } from '../../../api/calls.js';
import { ButtonLink } from '../../../ui/links.js';
import { Moment } from '../../../ui/moment.js';
import { TrackChip } from '../../../ui/track-chip.js';
import classes from './result-card.module.css';
import { looksLike, writeMoment, writeMovement, type PeopleSearch, type TrackMoment } from '../search-filter.js';
import { skeletonFrames } from './skeleton-frames.js';
import { SkeletonThumb } from './skeleton-thumb.js';

/** One person who was found. `ptsUs`: about when to show them. */
export interface Result extends TrackMoment {
  readonly cameraName: string;
  readonly atMs: number;
  /** True: `ptsUs` is the moment that was found; false: any moment near it will do. */
  readonly isMoment: boolean;
  /** What is shown of them, media time µs; without it a little before and after the moment. */
  readonly span?: { readonly fromPtsUs: number; readonly toPtsUs: number };
  /** What else is known, in a few words each. */
  readonly facts: readonly string[];
}

/** Shown before and after the moment. */
const AROUND_US = 1_200_000;

/** A person as they move; leads to the playback of that moment, and to others who look alike. */
export function ResultCard(props: {
  readonly result: Result;
  readonly search: PeopleSearch;
  readonly isMoving: boolean;
}) {
  const { result, search, isMoving } = props;
  const { skeleton, isPending } = useSkeleton(result);
  const clearest = skeleton?.frames[skeleton.still].ptsUs;
  const ptsUs = result.isMoment ? result.ptsUs : (clearest ?? result.ptsUs);
  return (
    <li className={classes.card}>
      <div className={classes.picture}>
        {skeleton !== null && <SkeletonThumb skeleton={skeleton} trackNo={result.trackNo} isMoving={isMoving} />}
        {skeleton === null && (isPending ? <Skeleton height="100%" radius={0} /> : <span>Nothing to draw</span>)}
      </div>
      <div className={classes.text}>
        <Link
          className={classes.open}
          to="/tracks/$cameraId/$epoch/$trackNo"
          params={{ cameraId: result.cameraId, epoch: String(result.epoch), trackNo: String(result.trackNo) }}
          search={{ at: ptsUs }}
        >
          <TrackChip trackNo={result.trackNo} />
        </Link>
        <span className={classes.where}>{result.cameraName}</span>
        <span className={classes.when}>
          <Moment ms={result.atMs} />
        </span>
        <p className={classes.facts}>{result.facts.join(' · ')}</p>
      </div>
      {skeleton?.hasJoints === false ? (
        <div className={classes.alike}>
          <span>Only a box: no pose that others could be like.</span>
        </div>
      ) : (
        <Alike result={result} search={search} ptsUs={ptsUs} />
      )}
    </li>
  );
}

/** To others who stand or move like this. */
function Alike(props: { readonly result: Result; readonly search: PeopleSearch; readonly ptsUs: number }) {
  const { result, search, ptsUs } = props;
  return (
    <div className={classes.alike}>
      <span aria-hidden>More like this</span>
      <ButtonLink
        to="/search"
        search={looksLike(search, { like: writeMoment({ ...result, ptsUs }) })}
        size="compact-sm"
        variant="subtle"
        leftSection={<IconMan size={14} aria-hidden />}
        aria-label={`More like this pose: person ${result.trackNo} of ${result.cameraName}`}
      >
        Pose
      </ButtonLink>
      <ButtonLink
        to="/search"
        search={looksLike(search, { move: writeMovement({ ...result, ...(result.span ?? spanAround(ptsUs)) }) })}
        size="compact-sm"
        variant="subtle"
        leftSection={<IconRun size={14} aria-hidden />}
        aria-label={`More like this movement: person ${result.trackNo} of ${result.cameraName}`}
      >
        Movement
      </ButtonLink>
    </div>
  );
}

/** A little before and after a moment. */
export function spanAround(ptsUs: number): { readonly fromPtsUs: number; readonly toPtsUs: number } {
  return { fromPtsUs: Math.max(0, Math.round(ptsUs - AROUND_US)), toPtsUs: Math.round(ptsUs + AROUND_US) };
}

/** The poses of a span or around a moment, ready to draw; null while they are not there or when none is. */
export function useSkeleton(shown: TrackMoment & Pick<Result, 'isMoment' | 'span'>) {
  const { cameraId, epoch, trackNo, ptsUs, isMoment } = shown;
  const key = { cameraId, epoch, trackNo };
  const span = shown.span ?? spanAround(ptsUs);
  const { data, isPending } = useQuery({
    queryKey: ['track', key, 'around', span],
    queryFn: () => calls.poses(key, span),
    staleTime: 300_000,
  });
  const skeleton = useMemo(
    () => (data === undefined ? null : skeletonFrames(data.poses, isMoment ? ptsUs : null)),
    [data, isMoment, ptsUs],
  );
  return { skeleton, isPending };
}
