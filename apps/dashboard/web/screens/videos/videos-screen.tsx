import { ActionIcon, Button, Progress, Tooltip } from '@mantine/core';
import { IconDownload, IconMovie, IconPhoto, IconRoute, IconTrash, IconUpload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { videos as calls } from '../../api/calls.js';
import { keys, useRefresh, useVideos } from '../../api/queries.js';
import type { Video } from '../../api/types.js';
import { OnlyAdmins } from '../../app/only-admins.js';
import { profileLabel } from '../../ui/profiles.js';
import { Moment } from '../../ui/moment.js';
import { Page } from '../../ui/page.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { bytesOf, durationOf, spanOf } from '../../ui/time.js';
import { offerUndo, sayFailed } from '../../ui/undo.js';
import { MissingModels, ProfileChoice } from '../camera/profile-choice.js';
import { UploadRow } from './upload-row.js';
import { useUploads } from './uploads.js';
import { originLabels, useProgress, videoStatus } from './video-status.js';
import classes from './videos-screen.module.css';

/** Uploads, and what became of them. */
export function VideosScreen() {
  const list = useVideos();
  const uploads = useUploads();
  const isEmpty = list.data?.length === 0 && uploads.list.length === 0;
  return (
    <Page title="Videos" detail={list.data && list.data.length > 0 ? `${list.data.length} uploaded` : undefined}>
      <OnlyAdmins>
        <Drop isLarge={isEmpty} onFiles={uploads.add} />
        <section className={classes.choice} aria-label="Analysis of uploads">
          <ProfileChoice
            isRow
            label="Analyse new files"
            hint="Counts for every file whose upload has not begun."
            value={uploads.profile}
            onChange={uploads.choose}
          />
          <MissingModels profile={uploads.profile} modelId={null} />
        </section>
      </OnlyAdmins>
      {list.isPending && <LoadingRows rows={4} heightPx={72} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      <ul className={classes.list} aria-label="Videos">
        {uploads.list.map((upload) => (
          <UploadRow key={upload.no} upload={upload} />
        ))}
        {(list.data ?? []).map((video) => (
          <VideoRow key={video.id} video={video} />
        ))}
      </ul>
    </Page>
  );
}

function Drop({ isLarge, onFiles }: { readonly isLarge: boolean; readonly onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={classes.drop} data-large={isLarge || undefined} data-testid="upload-drop">
      <IconUpload size={isLarge ? 34 : 24} stroke={1.5} aria-hidden />
      <div>
        <strong>Drop videos, pictures or tracks anywhere on this page</strong>
        <p>
          MP4, MOV, MKV, AVI, JPEG, PNG and more: every picture is analysed, nothing is left out. PoseTrack, COCO and
          MOT files: their tracks are taken over as they are.
        </p>
      </div>
      <Button
        variant="filled"
        onClick={() => {
          input.current?.click();
        }}
      >
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        accept="video/*,image/*,.mkv,.ts,.avi,.mp4,.mov,.json,.txt,.csv"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Choose videos, pictures or tracks to upload"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}

function VideoRow({ video }: { readonly video: Video }) {
  const status = videoStatus(video);
  const isRunning = video.status === 'queued' || video.status === 'analysing';
  const Icon = iconOf(video);
  return (
    <li className={classes.row} data-testid={`video-${video.id}`} data-status={video.status} data-tone={status.tone}>
      <span className={classes.icon}>
        <Icon size={22} stroke={1.6} aria-hidden />
      </span>
      <div className={classes.what}>
        <Link to="/videos/$id" params={{ id: video.id }} className={classes.name}>
          {video.name}
        </Link>
        {isRunning ? <Analysis video={video} /> : <p className={classes.facts}>{factsOf(video)}</p>}
        {video.problem !== null && <p className={classes.problem}>{video.problem}</p>}
      </div>
      <span className={classes.status} data-tone={status.tone}>
        {status.label}
      </span>
      <span className={classes.when}>
        <Moment ms={Date.parse(video.createdAt)} style="ago" />
      </span>
      <RowActions video={video} />
    </li>
  );
}

function iconOf({ origin, isImage }: Video): typeof IconMovie {
  if (origin !== 'recording') return IconRoute;
  return isImage ? IconPhoto : IconMovie;
}

function Analysis({ video }: { readonly video: Video }) {
  const { percent, leftMs } = useProgress(video);
  return (
    <>
      <Progress value={percent ?? 0} size="sm" className={classes.progress} aria-label={`Analysis of ${video.name}`} />
      <p className="num">
        {video.status === 'queued' && video.framesDone === 0
          ? 'Waits for analysis'
          : `${video.framesDone.toLocaleString()} of ${video.frameCount?.toLocaleString() ?? 'unknown'} pictures`}
        {leftMs !== null && ` · ${spanOf(leftMs)} left`}
      </p>
    </>
  );
}

function factsOf(video: Video): string {
  const parts = [
    video.durationUs === null || video.isImage ? null : durationOf(video.durationUs / 1000),
    video.sourceWidthPx === null ? null : `${video.sourceWidthPx} × ${video.sourceHeightPx}`,
    bytesOf(video.bytes),
    ...(video.origin === 'recording'
      ? [
          profileLabel(video.profile),
          video.framesDone > 0 ? `${video.framesDone.toLocaleString()} pictures analysed` : null,
        ]
      : [`Tracks from ${originLabels[video.origin]}`, `${video.framesDone.toLocaleString()} frames`]),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function RowActions({ video }: { readonly video: Video }) {
  const refresh = useRefresh();
  const refreshVideos = (): void => {
    refresh(keys.videos);
  };
  const attempt = (work: Promise<unknown>, failed: string, done?: () => void): void => {
    work
      .then(() => {
        refreshVideos();
        done?.();
      })
      .catch((error: unknown) => {
        sayFailed(failed, error);
      });
  };
  if (video.status === 'queued' || video.status === 'analysing') {
    return (
      <div className={classes.actions}>
        <OnlyAdmins>
          <Button
            size="compact-sm"
            onClick={() => {
              attempt(calls.cancel(video.id), 'The analysis goes on');
            }}
          >
            Cancel
          </Button>
        </OnlyAdmins>
      </div>
    );
  }
  return (
    <div className={classes.actions}>
      {video.framesDone > 0 && (
        <Tooltip label="Download the tracks">
          <ActionIcon
            component="a"
            href={calls.tracksUrl(video.id)}
            download
            variant="subtle"
            aria-label={`Download the tracks of ${video.name}`}
          >
            <IconDownload size={18} />
          </ActionIcon>
        </Tooltip>
      )}
      <OnlyAdmins>
        <Tooltip label="Remove">
          <ActionIcon
            variant="subtle"
            aria-label={`Remove ${video.name}`}
            onClick={() => {
              attempt(calls.remove(video.id), 'The video was not removed', () => {
                offerUndo(`“${video.name}” was removed.`, () => {
                  attempt(calls.restore(video.id), 'The video did not come back');
                });
              });
            }}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Tooltip>
      </OnlyAdmins>
    </div>
  );
}
