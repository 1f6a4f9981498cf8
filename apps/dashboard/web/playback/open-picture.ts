import { RecordingFeed } from './recording-feed.js';

/** Where to open, and whom to tell why there is no picture. */
export interface Opening {
  readonly at: number;
  readonly missing: (why: string) => void;
}

/** How far ahead of the moment being shown the recording is fetched. */
const AHEAD_US = 5_000_000;
/** Into the picture rather than on its edge, where the one before may be shown. */
const INTO_PICTURE_SEC = 0.001;

/** Plays an uploaded file from its own address. Returns how to stop. */
export function openFile(video: HTMLVideoElement, url: string, { at, missing }: Opening): () => void {
  const onReady = (): void => {
    video.currentTime = at / 1e6 + INTO_PICTURE_SEC;
  };
  const onError = (): void => {
    missing('This browser cannot play the file. These are the people that were found in it.');
  };
  video.addEventListener('loadedmetadata', onReady, { once: true });
  video.addEventListener('error', onError, { once: true });
  video.src = url;
  return () => {
    video.removeEventListener('loadedmetadata', onReady);
    video.removeEventListener('error', onError);
  };
}

/** Plays what was recorded of a camera, file by file. Returns how to stop. */
export function openRecording(
  video: HTMLVideoElement,
  recording: { readonly cameraId: string; readonly epoch: number; readonly endPtsUs: number },
  { at, missing }: Opening,
): () => void {
  const feed = new RecordingFeed(video, recording);
  let isClosed = false;
  feed
    .load(at)
    .then(() => {
      video.currentTime = at / 1e6 + INTO_PICTURE_SEC;
    })
    .catch((error: unknown) => {
      if (isClosed) return;
      const why = error instanceof Error ? error.message : 'No picture was kept of this moment.';
      missing(`${why} These are the stored movements alone.`);
    });
  const onTime = (): void => {
    const nowUs = video.currentTime * 1e6;
    // What cannot be fetched leaves the last picture standing; the poses go on.
    for (const moment of [nowUs, Math.min(recording.endPtsUs, nowUs + AHEAD_US)])
      feed.load(moment).catch(() => undefined);
  };
  video.addEventListener('timeupdate', onTime);
  video.addEventListener('seeking', onTime);
  return () => {
    isClosed = true;
    video.removeEventListener('timeupdate', onTime);
    video.removeEventListener('seeking', onTime);
    feed.close();
  };
}
