/** Everybody who matches the sentence: when they were there, and a card for each. */
import { Button } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { search as calls, type SearchQuery } from '../../../api/calls.js';
import type { Density, FoundTrack, SearchTotal } from '../../../api/types.js';
import { ButtonLink } from '../../../ui/links.js';
import { Empty, Failed, LoadingRows } from '../../../ui/states.js';
import { spanOf } from '../../../ui/time.js';
import { postureWords } from '../sentence/blanks.js';
import { DensityPlot } from './density-plot.js';
import type { Result } from './result-card.js';
import { Cards, LoadingCards, type Motion } from './result-cards.js';
import { isNarrowed, type PeopleSearch } from '../search-filter.js';
import { countWords } from './total-words.js';
import { isWorthAgain } from './worth-again.js';
import classes from './track-results.module.css';

const PAGE = 24;
const BUCKETS = 96;

type TrackPages = Pick<
  UseInfiniteQueryResult<InfiniteData<{ readonly tracks: readonly FoundTrack[] }>>,
  'data' | 'isError' | 'hasNextPage' | 'isFetching' | 'fetchNextPage'
>;

/** Those who match, newest first. */
export function TrackResults(props: {
  readonly search: PeopleSearch;
  readonly query: SearchQuery;
  readonly motion: Motion;
  readonly onChange: (search: PeopleSearch) => void;
}) {
  const { search, query, motion, onChange } = props;
  const list = useInfiniteQuery({
    queryKey: ['search', 'tracks', query],
    queryFn: ({ pageParam }) => calls.tracks({ ...query, limit: PAGE, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    retry: isWorthAgain,
  });
  useFurtherPages(list);
  const found = list.data?.pages.flatMap((page) => page.tracks) ?? [];
  const total = list.data?.pages.at(0)?.total;
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isSuccess && found.length === 0 && !list.hasNextPage) return <Nobody search={search} />;
  return (
    <>
      <When query={query} search={search} onChange={onChange} />
      {total?.relation === 'at-least' && (
        <p className={classes.hint}>
          More people match than anybody can look at. Drag over the time above, or fill in more of the sentence.
        </p>
      )}
      {list.isPending ? (
        <LoadingCards />
      ) : (
        <Cards
          title={titleOf(list.hasNextPage ? total : { value: found.length, relation: 'exact' })}
          results={found.map(resultOf)}
          search={search}
          motion={motion}
        />
      )}
      {list.isSuccess && found.length === 0 && (
        <p className={classes.hint} role="status">
          Nobody among the newest; looking further back…
        </p>
      )}
      {list.hasNextPage && (
        <Button className={classes.more} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

/** A page on a zone or line may hold nobody although more follow: the next one is loaded then, until somebody is found. */
function useFurtherPages({ data, isError, hasNextPage, isFetching, fetchNextPage }: TrackPages): void {
  const isNobodyNew = data?.pages.at(-1)?.tracks.length === 0 && !isError;
  useEffect(() => {
    if (isNobodyNew && hasNextPage && !isFetching) void fetchNextPage();
  }, [isNobodyNew, hasNextPage, isFetching, fetchNextPage]);
}

function titleOf(total: SearchTotal | undefined): string {
  return total === undefined ? '' : `${countWords(total)} found`;
}

function Nobody({ search }: { readonly search: PeopleSearch }) {
  const narrowed = isNarrowed(search);
  return (
    <Empty
      icon={<IconUserSearch size={24} aria-hidden />}
      title={narrowed ? 'Nobody matches' : 'Nobody was tracked yet'}
      text={
        narrowed
          ? 'Nobody did all that the sentence says. Take a longer time, or open one of its blanks again.'
          : 'Everybody who walks through a camera’s picture or an uploaded video can be found here by what they did.'
      }
    >
      {narrowed && (
        <ButtonLink to="/search" search={{}}>
          Clear all
        </ButtonLink>
      )}
    </Empty>
  );
}

function When(props: {
  readonly query: SearchQuery;
  readonly search: PeopleSearch;
  readonly onChange: (search: PeopleSearch) => void;
}) {
  const { query, search, onChange } = props;
  const density = useQuery({
    queryKey: ['search', 'density', query],
    queryFn: () => calls.density({ ...query, buckets: BUCKETS }),
    placeholderData: keepPreviousData,
    retry: isWorthAgain,
  });
  return (
    <section className={classes.when} aria-label="When they were there">
      <header>
        <h2>When</h2>
        {search.range === 'custom' ? (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              onChange({ ...search, range: undefined, fromMs: undefined, toMs: undefined });
            }}
          >
            Show any time
          </Button>
        ) : (
          <span className="dim">Choose a time to look closer</span>
        )}
      </header>
      <WhenPlot
        density={density}
        onNarrow={(fromMs, toMs) => {
          onChange({ ...search, range: 'custom', fromMs, toMs });
        }}
      />
    </section>
  );
}

function WhenPlot(props: {
  readonly density: ReturnType<typeof useQuery<Density>>;
  readonly onNarrow: (fromMs: number, toMs: number) => void;
}) {
  const { density, onNarrow } = props;
  if (density.isError) return <p className="dim">{density.error.message}</p>;
  if (density.data === undefined) return <LoadingRows rows={1} heightPx={110} />;
  return <DensityPlot density={density.data} onNarrow={onNarrow} />;
}

/** The middle of a stay in the zone, of the crossing of the line, or of the whole track is shown. */
function resultOf(track: FoundTrack): Result {
  const { startPtsUs, endPtsUs, stays, crossings, maxSpeed, postures, together } = track;
  const stay = stays.at(0) ?? { startPtsUs, endPtsUs };
  const ptsUs = crossings.at(0)?.ptsUs ?? (stay.startPtsUs + stay.endPtsUs) / 2;
  return {
    ...track,
    ptsUs,
    atMs: track.startMs,
    isMoment: false,
    facts: [
      spanOf(track.endMs - track.startMs),
      `${maxSpeed.toFixed(1)} heights/s`,
      ...postures.map((posture) => postureWords[posture]),
      ...(together > 1 ? [`${together} together`] : []),
    ],
  };
}
