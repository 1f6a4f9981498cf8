import { Button, Select, TextInput } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { systemClock } from '#base/clock.js';
import { tracks as calls } from '../../api/calls.js';
import { useSources } from '../../api/queries.js';
import type { Track } from '../../api/types.js';
import { Moment } from '../../ui/moment.js';
import { Page } from '../../ui/page.js';
import { Empty, Failed, LoadingRows } from '../../ui/states.js';
import { spanOf } from '../../ui/time.js';
import { TrackChip } from '../../ui/track-chip.js';
import { fromField, spanOfRange, timeRanges, toField } from './time-ranges.js';
import classes from './tracks-screen.module.css';

const route = getRouteApi('/inside/tracks');
const PAGE = 50;

/** Everybody who was tracked, newest first, by camera and time. */
export function TracksScreen() {
  const search = route.useSearch();
  // One moment per filter, so that the pages of one list agree on what "the last hour" is.
  const [opened, setOpened] = useState(() => systemClock.nowMs());
  const span = spanOfRange(search, opened);
  const list = useInfiniteQuery({
    queryKey: ['tracks', 'list', search.camera ?? 'any', span],
    queryFn: ({ pageParam }) =>
      calls.page({
        limit: PAGE,
        ...span,
        ...(search.camera === undefined ? {} : { cameraId: search.camera }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const found = list.data?.pages.flatMap((page) => page.tracks) ?? [];
  const total = list.data?.pages.at(0)?.total;
  return (
    <Page title="Tracks" detail={total === undefined ? undefined : `${total.toLocaleString()} found`}>
      <FilterBar
        onReload={() => {
          setOpened(systemClock.nowMs());
          void list.refetch();
        }}
      />
      {list.isPending && <LoadingRows rows={8} heightPx={48} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && found.length === 0 && (
        <Empty
          icon={<IconRoute size={24} aria-hidden />}
          title="Nobody was tracked here"
          text="Everybody who walks through a camera's picture or an uploaded video is listed here. Try a longer time or another camera."
        />
      )}
      {found.length > 0 && <TrackTable tracks={found} />}
      {list.hasNextPage && (
        <Button className={classes.more} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Page>
  );
}

function FilterBar({ onReload }: { readonly onReload: () => void }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const sources = useSources();
  const group = (kind: 'live' | 'video') =>
    sources.filter((source) => source.kind === kind).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className={classes.filter} role="search" aria-label="Filter">
      <span>People in</span>
      <Select
        aria-label="Camera or video"
        placeholder="every camera and video"
        clearable
        searchable
        nothingFoundMessage="No camera or video has this name"
        clearButtonProps={{ 'aria-label': 'Every camera and video' }}
        data={[
          { group: 'Cameras', items: group('live') },
          { group: 'Videos', items: group('video') },
        ]}
        value={search.camera ?? null}
        onChange={(camera) => void navigate({ search: { ...search, camera: camera ?? undefined } })}
      />
      <span>during</span>
      <Select
        aria-label="Time"
        data={timeRanges.map(({ value, label }) => ({ value, label }))}
        value={search.range ?? 'all'}
        allowDeselect={false}
        onChange={(range) => {
          onReload();
          void navigate({ search: { ...search, range: range ?? undefined } });
        }}
      />
      {search.range === 'custom' && (
        <>
          <TextInput
            type="datetime-local"
            aria-label="From"
            value={toField(search.from)}
            onChange={(event) => void navigate({ search: { ...search, from: fromField(event.currentTarget.value) } })}
          />
          <span>to</span>
          <TextInput
            type="datetime-local"
            aria-label="To"
            value={toField(search.to)}
            onChange={(event) => void navigate({ search: { ...search, to: fromField(event.currentTarget.value) } })}
          />
        </>
      )}
    </div>
  );
}

function TrackTable({ tracks }: { readonly tracks: readonly Track[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Where</th>
          <th scope="col">From</th>
          <th scope="col" className={classes.number}>
            Seen for
          </th>
          <th scope="col" className={classes.number}>
            Pictures
          </th>
          <th scope="col" className={classes.number}>
            Confidence
          </th>
          <th scope="col" className={classes.number}>
            Top speed, heights/s
          </th>
        </tr>
      </thead>
      <tbody>
        {tracks.map((track) => (
          <tr key={`${track.cameraId}-${track.epoch}-${track.trackNo}`}>
            <td>
              <Link
                to="/tracks/$cameraId/$epoch/$trackNo"
                params={{ cameraId: track.cameraId, epoch: String(track.epoch), trackNo: String(track.trackNo) }}
                className={classes.open}
              >
                <TrackChip trackNo={track.trackNo} />
              </Link>
            </td>
            <td className={classes.where}>{track.cameraName}</td>
            <td>
              <Moment ms={track.startMs} />
            </td>
            <td className={classes.number}>{spanOf(track.endMs - track.startMs)}</td>
            <td className={classes.number} data-label="pictures">
              {track.poses.toLocaleString()}
            </td>
            <td className={classes.number} data-label="sure">
              {Math.round(track.meanScore * 100)}%
            </td>
            <td className={classes.number} data-label="heights/s">
              {track.maxSpeed.toFixed(1)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
