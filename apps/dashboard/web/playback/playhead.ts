import { systemClock } from '#base/clock.js';

/** Where playback stands, and the way to move it. Moments are PTS in µs. */
export interface Playhead {
  readonly play: () => void;
  readonly pause: () => void;
  readonly seek: (ptsUs: number) => void;
  readonly setRate: (rate: number) => void;
  readonly isPlaying: () => boolean;
  readonly close: () => void;
}

export interface PlayheadListener {
  /** The picture of this moment is on the screen. */
  readonly moment: (ptsUs: number) => void;
  readonly playing: (isPlaying: boolean) => void;
}

/** A playhead that follows a video element: one call for every picture presented. */
export function videoPlayhead(video: HTMLVideoElement, endPtsUs: number, listener: PlayheadListener): Playhead {
  let request = 0;
  const onFrame: VideoFrameRequestCallback = (_, { mediaTime }) => {
    const ptsUs = Math.round(mediaTime * 1e6);
    listener.moment(ptsUs);
    if (ptsUs >= endPtsUs) video.pause();
    request = video.requestVideoFrameCallback(onFrame);
  };
  request = video.requestVideoFrameCallback(onFrame);
  const onState = (): void => {
    listener.playing(!video.paused);
  };
  video.addEventListener('play', onState);
  video.addEventListener('pause', onState);
  return {
    play: () => void video.play().catch(() => undefined),
    pause: () => {
      video.pause();
    },
    seek: (ptsUs) => {
      // The middle of the picture: a time on its edge may show the one before.
      video.currentTime = ptsUs / 1e6 + 0.001;
    },
    setRate: (rate) => {
      video.playbackRate = rate;
    },
    isPlaying: () => !video.paused,
    close: () => {
      video.cancelVideoFrameCallback(request);
      video.removeEventListener('play', onState);
      video.removeEventListener('pause', onState);
    },
  };
}

/** A playhead without a picture: time simply passes from start to end. */
export function freePlayhead(
  range: { readonly startPtsUs: number; readonly endPtsUs: number },
  listener: PlayheadListener,
): Playhead {
  let ptsUs = range.startPtsUs;
  let rate = 1;
  let request = 0;
  let lastMs = 0;
  const tick = (): void => {
    const nowMs = systemClock.monotonicMs();
    ptsUs = Math.min(range.endPtsUs, ptsUs + (nowMs - lastMs) * 1000 * rate);
    lastMs = nowMs;
    listener.moment(ptsUs);
    if (ptsUs >= range.endPtsUs) stop();
    else request = requestAnimationFrame(tick);
  };
  const stop = (): void => {
    cancelAnimationFrame(request);
    request = 0;
    listener.playing(false);
  };
  return {
    play: () => {
      if (request !== 0) return;
      if (ptsUs >= range.endPtsUs) ptsUs = range.startPtsUs;
      lastMs = systemClock.monotonicMs();
      listener.playing(true);
      request = requestAnimationFrame(tick);
    },
    pause: stop,
    seek: (to) => {
      ptsUs = to;
      listener.moment(to);
    },
    setRate: (next) => {
      rate = next;
    },
    isPlaying: () => request !== 0,
    close: () => {
      cancelAnimationFrame(request);
    },
  };
}
