/** What is looked for, above what was found: a moment or a movement of a stored track. */
import { RangeSlider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { search as calls } from '../../../api/calls.js';
import { ButtonLink } from '../../../ui/links.js';
import { TrackChip } from '../../../ui/track-chip.js';
import classes from './examples.module.css';
import { useSkeleton } from './result-card.js';
import type { Motion } from './result-cards.js';
import { looksLike, writeMovement, type PeopleSearch, type TrackMoment, type TrackMovement } from '../search-filter.js';
import { SkeletonThumb } from './skeleton-thumb.js';

interface ExampleProps {
  readonly search: PeopleSearch;
  readonly motion: Motion;
}

/** A moment that others look like. */
export function MomentExample({ moment, search, motion }: ExampleProps & { readonly moment: TrackMoment }) {
  const { skeleton } = useSkeleton({ ...moment, isMoment: true });
  return (
    <Example
      trackNo={moment.trackNo}
      thumb={
        skeleton !== null && <SkeletonThumb skeleton={skeleton} trackNo={moment.trackNo} isMoving={motion.isMoving} />
      }
      title="Poses like this one"
      text="the nearest first. Place, distance and side do not matter."
      leave={{ label: 'Any pose', search }}
    />
  );
}

/** A movement that others do too; its span can be changed. */
export function MovementExample(
  props: ExampleProps & { readonly movement: TrackMovement; readonly onChange: (search: PeopleSearch) => void },
) {
  const { movement, search, motion, onChange } = props;
  const { fromPtsUs, toPtsUs, ...name } = movement;
  const { skeleton } = useSkeleton({ ...name, ptsUs: fromPtsUs, span: { fromPtsUs, toPtsUs }, isMoment: true });
  return (
    <Example
      trackNo={movement.trackNo}
      thumb={
        skeleton !== null && <SkeletonThumb skeleton={skeleton} trackNo={movement.trackNo} isMoving={motion.isMoving} />
      }
      title="Movements like this one"
      text="the nearest first. Place, distance, side and pace do not matter."
      leave={{ label: 'Any movement', search }}
    >
      <MovementSpan
        key={writeMovement(movement)}
        movement={movement}
        onChange={(next) => {
          onChange(looksLike(search, { move: writeMovement(next) }));
        }}
      />
    </Example>
  );
}

function Example(props: {
  readonly trackNo: number;
  readonly thumb: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly leave: { readonly label: string; readonly search: PeopleSearch };
  readonly children?: ReactNode;
}) {
  const { trackNo, thumb, title, text, leave, children } = props;
  return (
    <section className={classes.example} aria-label="What is looked for">
      <div className={classes.picture}>{thumb}</div>
      <div className={classes.text}>
        <h2>{title}</h2>
        <p className="dim">
          of <TrackChip trackNo={trackNo} />, {text}
        </p>
      </div>
      {children}
      <ButtonLink to="/search" search={looksLike(leave.search)}>
        {leave.label}
      </ButtonLink>
    </section>
  );
}

/** Longest and shortest movement that is worth comparing, µs. */
const LONGEST_US = 30_000_000;
const SHORTEST_US = 600_000;
/** Shown to choose from on either side, µs. */
const AROUND_US = 10_000_000;

/** The part of a track that is the movement: two ends on its time. */
export function MovementSpan(props: {
  readonly movement: TrackMovement;
  readonly onChange: (movement: TrackMovement) => void;
}) {
  const { movement, onChange } = props;
  const { cameraId, epoch, trackNo, fromPtsUs, toPtsUs } = movement;
  const [ends, setEnds] = useState<[number, number]>([fromPtsUs, toPtsUs]);
  const track = `${cameraId}/${epoch}/${trackNo}`;
  const { data } = useQuery({
    queryKey: ['search', 'track', track],
    queryFn: () => calls.tracks({ track, limit: 1 }),
    staleTime: 300_000,
  });
  const whole = data?.tracks.at(0);
  if (whole === undefined) return null;
  const from = Math.max(whole.startPtsUs, fromPtsUs - AROUND_US);
  const to = Math.min(whole.endPtsUs, toPtsUs + AROUND_US);
  // A span around a moment may reach beyond the track.
  const [start, end] = [Math.max(from, ends[0]), Math.min(to, ends[1])];
  const seconds = (ptsUs: number): string => `${((ptsUs - whole.startPtsUs) / 1e6).toFixed(1)} s`;
  return (
    <div className={classes.span}>
      <RangeSlider
        min={from}
        max={Math.max(from + SHORTEST_US, to)}
        step={100_000}
        minRange={SHORTEST_US}
        maxRange={LONGEST_US}
        value={[start, end]}
        label={seconds}
        thumbFromLabel="Start of the movement"
        thumbToLabel="End of the movement"
        onChange={setEnds}
        onChangeEnd={([first, last]) => {
          onChange({ ...movement, fromPtsUs: Math.round(first), toPtsUs: Math.round(last) });
        }}
      />
      <p className="dim">
        {seconds(start)} to {seconds(end)} of the time they were seen
      </p>
    </div>
  );
}
