import { ActionIcon, Progress } from '@mantine/core';
import { IconRefresh, IconRoute, IconUpload, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { imports } from '../../api/calls.js';
import { profileLabel } from '../../ui/profiles.js';
import { bytesOf, spanOf } from '../../ui/time.js';
import { TrackFileForm } from './track-file-form.js';
import { isTrackFile } from './track-files.js';
import { remainingMs } from './upload-rate.js';
import { useUploads, type Upload } from './uploads.js';
import classes from './videos-screen.module.css';

/** A file on its way to the server. */
export function UploadRow({ upload }: { readonly upload: Upload }) {
  const uploads = useUploads();
  const percent = upload.bytes === 0 ? 0 : (upload.rate.sentBytes / upload.bytes) * 100;
  const leftMs = remainingMs(upload.rate, upload.bytes);
  return (
    <li className={classes.row} data-status={upload.state}>
      <span className={classes.icon}>
        {isTrackFile(upload.name) ? (
          <IconRoute size={22} stroke={1.6} aria-hidden />
        ) : (
          <IconUpload size={22} stroke={1.6} aria-hidden />
        )}
      </span>
      <div className={classes.what}>
        <strong>{upload.name}</strong>
        {upload.state === 'asking' && (
          <TrackFileForm
            name={upload.name}
            onDone={(facts) => {
              uploads.describe(upload.no, facts);
            }}
          />
        )}
        {upload.state === 'failed' && (
          <p className={classes.problem} role="alert">
            {upload.problem}
          </p>
        )}
        {upload.state === 'waiting' && (
          <p>
            Waits for its turn · {bytesOf(upload.bytes)}
            {upload.tracks === null && ` · ${profileLabel(upload.profile)}`}
          </p>
        )}
        {upload.state === 'sending' && (
          <>
            <Progress value={percent} size="sm" aria-label={`Upload of ${upload.name}`} className={classes.progress} />
            <p className="num">
              Uploading {Math.floor(percent)}% of {bytesOf(upload.bytes)} · {bytesOf(upload.rate.bytesPerSec)}/s
              {leftMs !== null && ` · ${spanOf(leftMs)} left`}
            </p>
          </>
        )}
        {upload.state === 'storing' && <Storing upload={upload} />}
      </div>
      <div className={classes.actions}>
        {upload.state === 'failed' && (
          <ActionIcon
            variant="subtle"
            aria-label={`Upload ${upload.name} again`}
            onClick={() => {
              uploads.retry(upload.no);
            }}
          >
            <IconRefresh size={18} />
          </ActionIcon>
        )}
        <ActionIcon
          variant="subtle"
          aria-label={`${upload.state === 'failed' ? 'Dismiss' : 'Cancel'} ${upload.name}`}
          onClick={() => {
            uploads.drop(upload.no);
          }}
        >
          <IconX size={18} />
        </ActionIcon>
      </div>
    </li>
  );
}

/** The server answers an import when all is stored; until then it says how far it is. */
function Storing({ upload }: { readonly upload: Upload }) {
  const { data } = useQuery({
    queryKey: ['import', upload.ticket],
    queryFn: () => imports.progress(upload.ticket),
    refetchInterval: 500,
    // Between the last byte and the first row, and after the last, there is nothing to tell.
    retry: false,
  });
  const percent = data === undefined || data.total === 0 ? 0 : (data.done / data.total) * 100;
  return (
    <>
      <Progress value={percent} size="sm" aria-label={`Import of ${upload.name}`} className={classes.progress} />
      <p className="num">
        {data?.stage === 'storing'
          ? `Storing ${data.done.toLocaleString()} of ${data.total.toLocaleString()} frames`
          : 'Reading the file'}
      </p>
    </>
  );
}
