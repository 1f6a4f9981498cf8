import { SegmentedControl, Select } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { systemClock } from '#base/clock.js';
import { insights } from '../../api/calls.js';
import { inWallOrder, useCameras } from '../../api/queries.js';
import type { Camera, InsightPeople } from '../../api/types.js';
import { ButtonLink } from '../../ui/links.js';
import { Page } from '../../ui/page.js';
import { Empty, Failed, LoadingRows } from '../../ui/states.js';
import { CountPlot } from './count-plot.js';
import { DwellPicture } from './dwell-picture.js';
import { FlowList } from './flow-list.js';
import { insightRangeOf, insightRanges, insightSpanOf, type InsightRange } from './insight-ranges.js';
import { OutcomeTable } from './outcome-table.js';
import classes from './insights-screen.module.css';

const route = getRouteApi('/inside/insights');
const REFRESH_MS = 60_000;

/** What stored tracks and alerts add up to: how many, where, which way, and what rules made of it. */
export function InsightsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = insightRangeOf(search.range);
  const cameras = useCameras();
  const people = useQuery({
    queryKey: ['insights', 'people', range.value],
    queryFn: () => insights.people({ ...insightSpanOf(range, systemClock.nowMs()), buckets: range.buckets }),
    refetchInterval: REFRESH_MS,
  });
  const isPending = cameras.isPending || people.isPending;
  const list = inWallOrder(cameras.data ?? []);
  const busiest = people.data?.cameras.at(0)?.cameraId;
  const chosen = list.find(({ id }) => id === (search.camera ?? busiest)) ?? list.at(0);
  return (
    <Page
      title="Insights"
      actions={
        <SegmentedControl
          aria-label="Time"
          value={range.value}
          data={insightRanges.map(({ value, label }) => ({ value, label }))}
          onChange={(value) => void navigate({ search: { ...search, range: value }, replace: true })}
        />
      }
    >
      {isPending && <LoadingRows rows={3} heightPx={160} />}
      {cameras.isError && <Failed error={cameras.error} onRetry={() => void cameras.refetch()} />}
      {people.isError && <Failed error={people.error} onRetry={() => void people.refetch()} />}
      {cameras.isSuccess && people.isSuccess && (
        <>
          {people.data.cameras.length === 0 ? (
            <Nobody hasCameras={list.length > 0} />
          ) : (
            <PeopleCard people={people.data} cameras={list} />
          )}
          {people.data.cameras.length > 0 && chosen !== undefined && (
            <PlacesCard
              key={chosen.id}
              camera={chosen}
              cameras={list}
              range={range}
              onChoose={(camera) => void navigate({ search: { ...search, camera }, replace: true })}
            />
          )}
          <OutcomeTable range={range} />
        </>
      )}
    </Page>
  );
}

function Nobody({ hasCameras }: { readonly hasCameras: boolean }) {
  return (
    <Empty
      icon={<IconChartHistogram size={24} aria-hidden />}
      title={hasCameras ? 'Nobody was seen in this time' : 'Nothing to add up yet'}
      text="How many people each camera sees over time, where they stay and which way they go is shown here. Uploaded videos are not counted: they have no place in the day."
    >
      {!hasCameras && <ButtonLink to="/">Add a camera on the wall</ButtonLink>}
    </Empty>
  );
}

/** One plot for each camera that saw anybody, below each other on one time axis. */
function PeopleCard({ people, cameras }: { readonly people: InsightPeople; readonly cameras: readonly Camera[] }) {
  const shown = people.cameras.flatMap((each) => {
    const camera = cameras.find(({ id }) => id === each.cameraId);
    return camera === undefined ? [] : [{ ...each, name: camera.name }];
  });
  const most = Math.max(1, ...shown.flatMap(({ counts }) => counts));
  return (
    <section className={classes.card} aria-label="People over time">
      <h2>People over time</h2>
      <ul className={classes.plots}>
        {shown.map(({ cameraId, name, counts, people: total }) => (
          <li key={cameraId}>
            <h3>
              {name} <span className="dim num">{total.toLocaleString()} seen</span>
            </h3>
            <CountPlot
              {...{ fromMs: people.fromMs, bucketMs: people.bucketMs, counts, most }}
              label={`${name}: ${total} people seen, at most ${Math.max(...counts)} in one of ${counts.length} equal spans.`}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where people stay and which way they go, before one camera. */
function PlacesCard(props: {
  readonly camera: Camera;
  readonly cameras: readonly Camera[];
  readonly range: InsightRange;
  readonly onChoose: (cameraId: string) => void;
}) {
  const { camera, range } = props;
  const places = useQuery({
    queryKey: ['insights', 'places', camera.id, range.value],
    queryFn: () => insights.places({ ...insightSpanOf(range, systemClock.nowMs()), cameraId: camera.id }),
    refetchInterval: REFRESH_MS,
  });
  return (
    <section className={classes.card} aria-label="Places and ways">
      <header className={classes.head}>
        <h2>Places and ways</h2>
        <Select
          aria-label="Camera"
          searchable
          nothingFoundMessage="No camera has this name"
          data={props.cameras.map(({ id, name }) => ({ value: id, label: name }))}
          value={camera.id}
          allowDeselect={false}
          onChange={(id) => {
            if (id !== null) props.onChoose(id);
          }}
        />
      </header>
      {places.isPending && <LoadingRows rows={1} heightPx={320} />}
      {places.isError && <Failed error={places.error} onRetry={() => void places.refetch()} />}
      {places.isSuccess && (
        <div className={classes.places}>
          <DwellPicture camera={camera} places={places.data} />
          <FlowList places={places.data} />
        </div>
      )}
    </section>
  );
}
