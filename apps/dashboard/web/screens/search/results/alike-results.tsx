import { Button } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { search as calls, type SearchQuery } from '../../../api/calls.js';
import { Empty, Failed } from '../../../ui/states.js';
import { keypointsOf, type Body } from '../body/body.js';
import type { Result } from './result-card.js';
import { Cards, LoadingCards, type Motion } from './result-cards.js';
import type { PeopleSearch, TrackMoment, TrackMovement } from '../search-filter.js';
import { countWords } from './total-words.js';
import { isWorthAgain } from './worth-again.js';
import classes from './alike-results.module.css';

/** What others are compared with. */
export type Example =
  | { readonly kind: 'moment'; readonly moment: TrackMoment }
  | { readonly kind: 'pose'; readonly body: Body }
  | { readonly kind: 'movement'; readonly movement: TrackMovement };

const PAGE = 48;
/** Poses farther apart are not alike, see `vectorDistance`; a sketch is never as exact as a stored pose. */
const far: Readonly<Record<Example['kind'], number>> = { moment: 0.2, pose: 0.25, movement: 0.15 };

const words: Readonly<
  Record<Example['kind'], { readonly found: string; readonly title: string; readonly text: string }>
> = {
  moment: {
    found: 'moments',
    title: 'Nobody stood like this',
    text: 'No stored pose comes near this one among the people the sentence asks for.',
  },
  pose: {
    found: 'moments',
    title: 'Nobody stood like this',
    text: 'No stored pose comes near the one you made among the people the sentence asks for. Try one nearer to how people stand, or ask for more people.',
  },
  movement: {
    found: 'movements',
    title: 'Nobody moved like this',
    text: 'No stored track comes near this movement among the people the sentence asks for. A shorter span finds more.',
  },
};

/** People who look or move like an example, the nearest first, among those the sentence asks for. */
export function AlikeResults(props: {
  readonly example: Example;
  readonly search: PeopleSearch;
  readonly query: SearchQuery;
  readonly motion: Motion;
}) {
  const { example, search, query, motion } = props;
  const list = useInfiniteQuery({
    queryKey: ['search', 'alike', example, query],
    queryFn: ({ pageParam }) => ask(example, query, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    retry: isWorthAgain,
  });
  const found = list.data?.pages.flatMap((page) => page.results) ?? [];
  const total = list.data?.pages.at(0)?.total;
  const { kind } = example;
  return (
    <>
      {list.isPending && <LoadingCards />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && found.length === 0 && (
        <Empty icon={<IconUserSearch size={24} aria-hidden />} title={words[kind].title} text={words[kind].text} />
      )}
      <Cards
        title={total === undefined ? '' : `${countWords(total)} ${words[kind].found}`}
        results={found}
        search={search}
        motion={motion}
      />
      {list.hasNextPage && (
        <Button className={classes.more} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

async function ask(example: Example, filter: SearchQuery, pageParam: string | null) {
  const wanted = {
    filter,
    limit: PAGE,
    maxDistance: far[example.kind],
    ...(pageParam === null ? {} : { cursor: pageParam }),
  };
  if (example.kind === 'movement') {
    const { matches, ...page } = await calls.movements({ movement: example.movement, ...wanted });
    const results = matches.map(({ fromPtsUs, toPtsUs, distance, ...match }): Result => {
      const facts = [`${((toPtsUs - fromPtsUs) / 1e6).toFixed(1)} s`, alikeness(distance, 'movement')];
      return { ...match, ptsUs: fromPtsUs, span: { fromPtsUs, toPtsUs }, isMoment: true, facts };
    });
    return { ...page, results };
  }
  const given = example.kind === 'moment' ? { moment: example.moment } : { keypoints: keypointsOf(example.body) };
  const { matches, ...page } = await calls.similar({ ...given, ...wanted });
  const results = matches.map(({ distance, ...match }): Result => {
    return { ...match, isMoment: true, facts: [alikeness(distance, 'pose')] };
  });
  return { ...page, results };
}

/** Distances in words; limits as described at `vectorDistance`: 0.05 is hard to tell apart, 0.3 unrelated. */
function alikeness(distance: number, what: string): string {
  const rounded = distance.toFixed(2);
  if (distance <= 0.05) return `the same ${what} · ${rounded}`;
  if (distance <= 0.1) return `very alike · ${rounded}`;
  return distance <= 0.15 ? `alike · ${rounded}` : `a little alike · ${rounded}`;
}
