import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconArrowUp, IconBellOff, IconChevronLeft } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ruleDescriptions, ruleKinds } from '#behavior/rule.js';
import { events as calls } from '../../api/calls.js';
import { useSources } from '../../api/queries.js';
import type { Event } from '../../api/types.js';
import { useKeys } from '../../ui/keyboard.js';
import { KindIcon, kindLabel } from '../../ui/kinds.js';
import { Moment } from '../../ui/moment.js';
import { Snapshot } from '../../ui/snapshot.js';
import { Empty, Failed, LoadingRows } from '../../ui/states.js';
import { useEventListener } from '../../updates/updates.js';
import { AlertDetail } from './alert-detail.js';
import { useAcknowledge } from './acknowledge.js';
import classes from './alerts-screen.module.css';
import { ButtonLink } from '../../ui/links.js';

const route = getRouteApi('/inside/alerts');

/** The inbox: alerts on the left, the chosen one on the right. */
export function AlertsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { list, events, fresh, showFresh, pointer } = useAlerts();
  const chosen = events.find((event) => event.id === search.event) ?? null;
  const index = chosen === null ? -1 : events.indexOf(chosen);
  const choose = (event: Event | undefined): void => {
    if (event !== undefined) void navigate({ search: { ...search, event: event.id }, replace: true });
  };
  const { acknowledge } = useAcknowledge();
  useKeys({
    j: () => {
      choose(events[index + 1] ?? events.at(0));
    },
    k: () => {
      choose(events[Math.max(0, index - 1)]);
    },
    e: () => {
      if (chosen !== null && chosen.acknowledgedAt === null) acknowledge(chosen);
    },
  });
  const isFiltered = search.camera !== undefined || search.kind !== undefined;
  return (
    <div className={classes.screen} data-open={chosen !== null || undefined}>
      <h1 className="visually-hidden">Alerts</h1>
      <div className={classes.inbox}>
        <header className={classes.header}>
          <span className={classes.title} aria-hidden>
            Alerts
          </span>
          <p className={classes.keys} aria-hidden>
            <kbd>J</kbd> <kbd>K</kbd> move <kbd>E</kbd> done
          </p>
        </header>
        <FilterBar />
        {fresh > 0 && (
          <Button
            className={classes.fresh}
            size="compact-md"
            variant="filled"
            leftSection={<IconArrowUp size={15} aria-hidden />}
            onClick={showFresh}
          >
            {fresh === 1 ? '1 new alert' : `${fresh} new alerts`}
          </Button>
        )}
        {list.isPending && <LoadingRows rows={6} heightPx={84} />}
        {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && events.length === 0 && <NoAlerts isFiltered={isFiltered} showsAll={search.show === 'all'} />}
        <ul className={classes.list} aria-label="Alerts" {...pointer}>
          {events.map((event) => (
            <AlertRow
              key={event.id}
              event={event}
              isChosen={event === chosen}
              onChoose={() => {
                choose(event);
              }}
            />
          ))}
        </ul>
        {list.hasNextPage && (
          <Button className={classes.more} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
      <div className={classes.detail}>
        {chosen === null ? (
          events.length > 0 && <p className={classes.hint}>Choose an alert to see what happened.</p>
        ) : (
          <>
            <Button
              className={classes.back}
              variant="subtle"
              leftSection={<IconChevronLeft size={16} aria-hidden />}
              onClick={() => void navigate({ search: { ...search, event: undefined } })}
            >
              All alerts
            </Button>
            <AlertDetail event={chosen} />
          </>
        )}
      </div>
    </div>
  );
}

/** The list, which takes new alerts in by itself except while the pointer is on it: nothing moves away from a click. */
function useAlerts() {
  const search = route.useSearch();
  const queries = useQueryClient();
  const filter = {
    limit: 40,
    ...(search.camera === undefined ? {} : { cameraId: search.camera }),
    ...(search.kind === undefined ? {} : { kind: search.kind }),
    ...(search.show === 'all' ? {} : { acknowledged: 'no' as const }),
  };
  const list = useInfiniteQuery({
    queryKey: ['events', 'list', filter],
    queryFn: ({ pageParam }) => calls.page({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const [fresh, setFresh] = useState(0);
  const isPointed = useRef(false);
  const showFresh = (): void => {
    setFresh(0);
    void queries.invalidateQueries({ queryKey: ['events', 'list'] });
  };
  useEventListener((event) => {
    if (event.phase === 'started' && isPointed.current) setFresh((count) => count + 1);
    else if (!isPointed.current) showFresh();
  });
  useEffect(() => {
    setFresh(0);
  }, [search.camera, search.kind, search.show]);
  const pointer = {
    onPointerEnter: () => {
      isPointed.current = true;
    },
    onPointerLeave: () => {
      isPointed.current = false;
      if (fresh > 0) showFresh();
    },
  };
  return { list, events: list.data?.pages.flatMap((page) => page.events) ?? [], fresh, showFresh, pointer };
}

function FilterBar() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const sources = useSources();
  return (
    <div className={classes.filter} role="search" aria-label="Filter">
      <SegmentedControl
        fullWidth
        aria-label="Which alerts"
        value={search.show ?? 'open'}
        data={[
          { value: 'open', label: 'Open' },
          { value: 'all', label: 'All' },
        ]}
        onChange={(show) => void navigate({ search: { ...search, show: show === 'all' ? 'all' : undefined } })}
      />
      <Select
        aria-label="Camera or video"
        placeholder="Every camera"
        clearable
        clearButtonProps={{ 'aria-label': 'Every camera' }}
        data={sources.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.camera ?? null}
        onChange={(camera) => void navigate({ search: { ...search, camera: camera ?? undefined } })}
      />
      <Select
        aria-label="Kind"
        placeholder="Every kind"
        clearable
        clearButtonProps={{ 'aria-label': 'Every kind' }}
        data={ruleKinds.map((kind) => ({ value: kind, label: ruleDescriptions[kind].label }))}
        value={search.kind ?? null}
        onChange={(value) => void navigate({ search: { ...search, kind: ruleKinds.find((kind) => kind === value) } })}
      />
    </div>
  );
}

function AlertRow(props: { readonly event: Event; readonly isChosen: boolean; readonly onChoose: () => void }) {
  const { event } = props;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (props.isChosen) row.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [props.isChosen]);
  return (
    <li ref={row} data-testid={`alert-${event.id}`}>
      <button
        type="button"
        className={classes.alert}
        aria-current={props.isChosen || undefined}
        data-open={event.acknowledgedAt === null || undefined}
        onClick={props.onChoose}
      >
        <span className={classes.picture}>
          <Snapshot event={event} alt="" />
        </span>
        <span className={classes.words}>
          <strong>
            <KindIcon kind={event.kind} /> {kindLabel(event.kind)}
            {event.endMs === null && <em>now</em>}
          </strong>
          <span>{event.why}</span>
          <span className="dim">
            {event.cameraName} · <Moment ms={event.startMs} />
          </span>
        </span>
      </button>
    </li>
  );
}

function NoAlerts({ isFiltered, showsAll }: { readonly isFiltered: boolean; readonly showsAll: boolean }) {
  return (
    <Empty
      icon={<IconBellOff size={24} aria-hidden />}
      title={isFiltered ? 'No alert fits this filter' : showsAll ? 'No alerts yet' : 'Nothing is open'}
      text="When somebody enters a zone, stays too long or runs, it is listed here with a picture and the reason. Rules decide what for."
    >
      <ButtonLink to="/rules">See the rules, or add one</ButtonLink>
    </Empty>
  );
}
