import { Button, Progress } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { events as eventCalls, tracks as trackCalls, videos as calls } from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import { keys, useVideos, useZones } from '../../api/queries.js';
import type { Event, Track, Video } from '../../api/types.js';
import { NotFound } from '../../app/not-found.js';
import { Player } from '../../playback/player.js';
import { TrackLanes } from '../../playback/track-lanes.js';
import type { PictureSource } from '../../playback/use-playback.js';
import { KindIcon, kindLabel } from '../../ui/kinds.js';
import { Page } from '../../ui/page.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { profileLabel } from '../../ui/profiles.js';
import { durationOf, spanOf } from '../../ui/time.js';
import { RuleList } from '../camera/rule-list.js';
import { originLabels, useProgress, videoStatus } from './video-status.js';
import classes from './video-screen.module.css';
import { IconLink } from '../../ui/links.js';

const route = getRouteApi('/inside/videos/$id');

/** What was found in one uploaded video. */
export function VideoScreen() {
  const { id } = route.useParams();
  const newest = useVideos().data?.find((video) => video.id === id);
  const asked = useQuery({
    queryKey: [...keys.videos, id],
    queryFn: () => calls.get(id),
    enabled: newest === undefined,
  });
  const video = newest ?? asked.data;
  if (video !== undefined) return <Result key={video.id} video={video} />;
  if (asked.isError) {
    if (asked.error instanceof ApiError && asked.error.status === 404) return <NotFound />;
    return <Failed error={asked.error} onRetry={() => void asked.refetch()} />;
  }
  return (
    <Page title="Video">
      <LoadingRows rows={1} heightPx={420} />
    </Page>
  );
}

function Result({ video }: { readonly video: Video }) {
  const { at } = route.useSearch();
  const isRunning = video.status === 'queued' || video.status === 'analysing';
  const tracks = useQuery({
    queryKey: ['tracks', video.id, isRunning ? video.framesDone : 'all'],
    queryFn: () => trackCalls.page({ cameraId: video.id, limit: 200 }),
    placeholderData: (before) => before,
  });
  const events = useQuery({
    queryKey: ['events', video.id, isRunning ? video.framesDone : 'all'],
    queryFn: () => eventCalls.page({ cameraId: video.id, limit: 200 }),
    placeholderData: (before) => before,
  });
  const zones = useZones(video.id);
  const people = [...(tracks.data?.tracks ?? [])].sort((a, b) => a.startPtsUs - b.startPtsUs);
  const status = videoStatus(video);
  const source =
    video.sourceWidthPx === null || video.sourceHeightPx === null
      ? null
      : { widthPx: video.sourceWidthPx, heightPx: video.sourceHeightPx };
  const range = useMemo(() => ({ startPtsUs: 0, endPtsUs: video.durationUs ?? 60e6 }), [video.durationUs]);
  return (
    <Page
      title={video.name}
      detail={`${status.label}${video.durationUs === null || video.isImage ? '' : ` · ${durationOf(video.durationUs / 1000)}`}`}
      back={
        <IconLink to="/videos" variant="subtle" size={36} aria-label="Back to all videos">
          <IconArrowLeft size={18} />
        </IconLink>
      }
      actions={
        <>
          {video.framesDone > 0 && (
            <Button
              component="a"
              href={calls.tracksUrl(video.id)}
              download
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              Download the tracks
            </Button>
          )}
        </>
      }
    >
      {isRunning && <Running video={video} />}
      {video.problem !== null && (
        <p className={classes.problem} data-tone={status.tone} role="status">
          {video.problem}
        </p>
      )}
      {video.status === 'failed' ? null : (
        <div className={classes.columns}>
          <Player
            cameraId={video.id}
            epoch={0}
            source={source}
            range={range}
            openAtPtsUs={at}
            isGrowing={isRunning}
            zones={zones.data ?? []}
            picture={pictureOf(video)}
          >
            {({ ptsUs, seek }) =>
              people.length > 0 && !video.isImage ? (
                <TrackLanes
                  tracks={people}
                  events={events.data?.events ?? []}
                  range={range}
                  ptsUs={ptsUs}
                  onSeek={seek}
                />
              ) : null
            }
          </Player>
          <aside className={classes.side} aria-label="What was found">
            <Found video={video} tracks={people} total={tracks.data?.total ?? 0} />
            {video.origin === 'recording' && (
              <>
                <EventList events={events.data?.events ?? []} />
                <div className={classes.rules}>
                  <RuleList camera={video} />
                </div>
              </>
            )}
          </aside>
        </div>
      )}
    </Page>
  );
}

function pictureOf(video: Video): PictureSource {
  if (!video.hasPicture) return { kind: 'none', why: 'Imported without a picture' };
  return { kind: video.isImage ? 'image' : 'file', url: calls.mediaUrl(video.id) };
}

function Running({ video }: { readonly video: Video }) {
  const { percent, leftMs } = useProgress(video);
  return (
    <div className={classes.running}>
      <Progress value={percent ?? 0} aria-label="Analysis" />
      <p className="num">
        {video.framesDone.toLocaleString()} of {video.frameCount?.toLocaleString() ?? 'unknown'} pictures analysed
        {leftMs !== null && ` · ${spanOf(leftMs)} left`}
      </p>
    </div>
  );
}

function Found({
  video,
  tracks,
  total,
}: {
  readonly video: Video;
  readonly tracks: readonly Track[];
  readonly total: number;
}) {
  const longestMs = Math.max(0, ...tracks.map((track) => track.endMs - track.startMs));
  const dropped = Object.entries(video.dropped).filter(([, count]) => count > 0);
  return (
    <section>
      <p className={classes.count}>
        <strong className="num">{total}</strong> {total === 1 ? 'person tracked' : 'people tracked'}
      </p>
      <dl className={classes.facts}>
        <div>
          <dt>{video.origin === 'recording' ? 'Pictures analysed' : 'Frames'}</dt>
          <dd className="num">{video.framesDone.toLocaleString()}</dd>
        </div>
        <div>
          <dt>{video.origin === 'recording' ? 'Analysis' : 'Imported from'}</dt>
          <dd>{video.origin === 'recording' ? profileLabel(video.profile) : originLabels[video.origin]}</dd>
        </div>
        {video.frameRate !== null && (
          <div>
            <dt>Frames a second</dt>
            <dd className="num">{video.frameRate}</dd>
          </div>
        )}
        {!video.isImage && (
          <div>
            <dt>Longest seen</dt>
            <dd className="num">{spanOf(longestMs)}</dd>
          </div>
        )}
        {video.origin === 'recording' && (
          <div>
            <dt>Not analysed</dt>
            <dd className="num">
              {dropped.length === 0 ? 'none' : dropped.map(([reason, count]) => `${count} ${reason}`).join(', ')}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function EventList({ events }: { readonly events: readonly Event[] }) {
  return (
    <section aria-label="Alerts in this video">
      <h2>Alerts</h2>
      {events.length === 0 ? (
        <p className="dim">None. Rules for every camera and video count from the next upload on.</p>
      ) : (
        <ul className={classes.events}>
          {events.map((event) => (
            <li key={event.id}>
              <Link to="/alerts" search={{ event: event.id, camera: event.cameraId, show: 'all' }}>
                <strong>
                  <KindIcon kind={event.kind} /> {kindLabel(event.kind)}
                  <span className="num dim"> {durationOf(event.startPtsUs / 1000)}</span>
                </strong>
                <span className="dim">{event.why}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
