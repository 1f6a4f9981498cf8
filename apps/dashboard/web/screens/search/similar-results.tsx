import { IconUserSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ButtonLink } from '../../ui/links.js';
import { Empty, Failed } from '../../ui/states.js';
import { TrackChip } from '../../ui/track-chip.js';
import { search as calls, type SearchQuery } from '../../api/calls.js';
import { useSkeleton } from './result-card.js';
import { Cards, LoadingCards, type Motion } from './result-cards.js';
import type { PeopleSearch, TrackMoment } from './search-filter.js';
import { isWorthAgain } from './worth-again.js';
import classes from './similar-results.module.css';
import { SkeletonThumb } from './skeleton-thumb.js';

const MOST = 48;
/** Poses farther apart are not alike, see `vectorDistance`. */
const FAR = 0.2;

/** Moments that look like one of a stored track, the nearest first, among those the sentence asks for. */
export function SimilarResults(props: {
  readonly moment: TrackMoment;
  readonly search: PeopleSearch;
  readonly query: SearchQuery;
  readonly motion: Motion;
}) {
  const { moment, search, query, motion } = props;
  const answer = useQuery({
    queryKey: ['search', 'similar', moment, query],
    queryFn: () => calls.similar({ moment, filter: query, limit: MOST, maxDistance: FAR }),
    retry: isWorthAgain,
  });
  const { skeleton } = useSkeleton(moment, true);
  const found = answer.data?.matches ?? [];
  return (
    <>
      <section className={classes.example} aria-label="What is looked for">
        <div className={classes.picture}>
          {skeleton !== null && (
            <SkeletonThumb skeleton={skeleton} trackNo={moment.trackNo} isMoving={motion.isMoving} />
          )}
        </div>
        <div className={classes.text}>
          <h2>Poses like this one</h2>
          <p className="dim">
            of <TrackChip trackNo={moment.trackNo} />, the nearest first. Place, distance and side do not matter.
          </p>
        </div>
        <ButtonLink to="/search" search={{ ...search, like: undefined }}>
          Any pose
        </ButtonLink>
      </section>
      {answer.isPending && <LoadingCards />}
      {answer.isError && <Failed error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && found.length === 0 && (
        <Empty
          icon={<IconUserSearch size={24} aria-hidden />}
          title="Nobody stood like this"
          text="No stored pose comes near this one among the people the sentence asks for."
        />
      )}
      <Cards
        title={`${found.length} moments`}
        results={found.map(({ distance, ...match }) => ({ ...match, isMoment: true, facts: [alikeness(distance)] }))}
        search={search}
        motion={motion}
      />
    </>
  );
}

/** Distances in words; limits as described at `vectorDistance`: 0.05 is hard to tell apart, 0.3 unrelated. */
function alikeness(distance: number): string {
  if (distance <= 0.05) return 'the same pose';
  if (distance <= 0.1) return 'very alike';
  return distance <= 0.15 ? 'alike' : 'a little alike';
}
