import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { tracks as calls } from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import { useCameras, useSources, useVideos, useZones } from '../../api/queries.js';
import type { StoredPose } from '../../api/types.js';
import { NotFound } from '../../app/not-found.js';
import { Player } from '../../playback/player.js';
import type { PictureSource } from '../../playback/use-playback.js';
import { Moment } from '../../ui/moment.js';
import { Page } from '../../ui/page.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { spanOf } from '../../ui/time.js';
import { TrackChip } from '../../ui/track-chip.js';
import { TimePlot } from '../../ui/time-plot.js';
import { PlaybackLikes } from '../search/results/playback-likes.js';
import { speedsOf } from './speeds.js';
import classes from './track-screen.module.css';
import { IconLink } from '../../ui/links.js';

const route = getRouteApi('/inside/tracks/$cameraId/$epoch/$trackNo');
/** Shown before and after a track, so that one sees somebody come and go. */
const AROUND_US = 1_000_000;

/** One person's stored movement over the picture it was seen in. */
export function TrackScreen() {
  const params = route.useParams();
  const key = { cameraId: params.cameraId, epoch: Number(params.epoch), trackNo: Number(params.trackNo) };
  const answer = useQuery({
    queryKey: ['track', key],
    queryFn: () => calls.poses(key),
    retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
  });
  if (answer.isPending) {
    return (
      <Page title={`Person ${key.trackNo}`}>
        <LoadingRows rows={1} heightPx={420} />
      </Page>
    );
  }
  if (answer.isError) {
    if (answer.error instanceof ApiError && answer.error.status === 404) return <NotFound />;
    return <Failed error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data.poses.length === 0) return <NotFound />;
  return (
    <OneTrack
      key={`${key.cameraId}-${key.epoch}-${key.trackNo}`}
      track={key}
      poses={answer.data.poses}
      source={answer.data.source}
    />
  );
}

function OneTrack(props: {
  readonly track: { readonly cameraId: string; readonly epoch: number; readonly trackNo: number };
  readonly poses: readonly StoredPose[];
  readonly source: { readonly widthPx: number; readonly heightPx: number } | null;
}) {
  const { track, poses } = props;
  const { at } = route.useSearch();
  const picture = usePicture(track.cameraId);
  const sources = useSources();
  const zones = useZones(track.cameraId);
  const first = poses[0];
  const last = poses[poses.length - 1];
  const range = useMemo(
    () => ({ startPtsUs: Math.max(0, first.ptsUs - AROUND_US), endPtsUs: last.ptsUs + AROUND_US }),
    [first.ptsUs, last.ptsUs],
  );
  const speeds = useMemo(() => speedsOf(poses), [poses]);
  const where = sources.find((source) => source.id === track.cameraId);
  return (
    <Page
      title={`Person ${track.trackNo}`}
      detail={
        <>
          {where?.name ?? track.cameraId} · <Moment ms={first.atMs} /> · {spanOf(last.atMs - first.atMs)}
        </>
      }
      back={
        <IconLink to="/tracks" variant="subtle" size={36} aria-label="Back to all tracks">
          <IconArrowLeft size={18} />
        </IconLink>
      }
    >
      {picture === null ? (
        <LoadingRows rows={1} heightPx={420} />
      ) : (
        <Player
          cameraId={track.cameraId}
          epoch={track.epoch}
          source={props.source}
          range={range}
          openAtPtsUs={at ?? first.ptsUs}
          emphasis={track.trackNo}
          zones={zones.data ?? []}
          picture={picture}
        >
          {({ ptsUs, seek }) => (
            <>
              <PlaybackLikes moment={{ ...track, ptsUs: Math.min(last.ptsUs, Math.max(first.ptsUs, ptsUs)) }} />
              <section className={classes.plot} aria-label="Speed over time">
                <h2>
                  <TrackChip trackNo={track.trackNo} /> <span className="dim">Speed, body heights a second</span>
                </h2>
                <TimePlot
                  startPtsUs={range.startPtsUs}
                  points={speeds}
                  trackNo={track.trackNo}
                  ptsUs={ptsUs}
                  onSeek={seek}
                  label={`Speed of person ${track.trackNo}: at most ${Math.max(0, ...speeds.map((s) => s.value)).toFixed(1)} body heights a second.`}
                />
              </section>
            </>
          )}
        </Player>
      )}
    </Page>
  );
}

/** Where the picture of a camera or video comes from; null while that is not known. */
function usePicture(cameraId: string): PictureSource | null {
  const cameras = useCameras();
  const videos = useVideos();
  const video = videos.data?.find((each) => each.id === cameraId);
  const camera = cameras.data?.find((each) => each.id === cameraId);
  return useMemo(() => {
    if (video?.hasPicture === false) return { kind: 'none', why: 'Imported without a picture' };
    if (video !== undefined) return { kind: video.isImage ? 'image' : 'file', url: `/api/videos/${video.id}/media` };
    if (camera?.privacy === 'pose-only') {
      return { kind: 'none', why: 'This camera keeps skeletons only: no picture is ever stored.' };
    }
    if (camera !== undefined) return { kind: 'recording' };
    if (cameras.isPending || videos.isPending) return null;
    return { kind: 'none', why: 'The camera or video was removed. These are the stored movements alone.' };
  }, [video, camera, cameras.isPending, videos.isPending]);
}
