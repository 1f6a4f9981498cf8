import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { Zone } from '../api/types.js';
import type { Layers, Size } from '../live/draw-poses.js';
import { paint } from '../live/paint.js';
import { openFile, openRecording } from './open-picture.js';
import { freePlayhead, videoPlayhead, type Playhead } from './playhead.js';
import { usePoseWindows } from './pose-windows.js';

/** Where the picture comes from. */
export type PictureSource =
  | { readonly kind: 'file' | 'image'; readonly url: string }
  | { readonly kind: 'recording' }
  | { readonly kind: 'none'; readonly why: string };

export interface PlaybackOptions {
  readonly cameraId: string;
  readonly epoch: number;
  readonly picture: PictureSource;
  readonly source: Size | null;
  readonly range: { readonly startPtsUs: number; readonly endPtsUs: number };
  readonly openAtPtsUs?: number | undefined;
  /** The track that the others step back for. */
  readonly emphasis?: number | undefined;
  /** The analysis still goes on: more poses will come. */
  readonly isGrowing?: boolean;
  readonly zones: readonly Zone[];
  readonly layers: Layers;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly video: RefObject<HTMLVideoElement | null>;
}

export interface Playback {
  readonly ptsUs: number;
  readonly isPlaying: boolean;
  /** Why there is no picture; null while there is one. */
  readonly missing: string | null;
  readonly toggle: () => void;
  readonly seek: (ptsUs: number) => void;
  /** To the analysed picture before or after. */
  readonly step: (direction: 1 | -1) => void;
  readonly setRate: (rate: number) => void;
}

/** Media times are rounded by containers; a step must leave the picture it starts on. */
const SAME_PICTURE_US = 2_001;
const STEP_REACH_US = 2_000_000;
const UNANALYSED_STEP_US = 40_000;

/** Keeps a picture and the poses of its moment together while it plays, stops, steps and jumps. */
export function usePlayback(options: PlaybackOptions): Playback {
  const { cameraId, epoch, canvas, video, picture } = options;
  const { startPtsUs, endPtsUs } = options.range;
  const playhead = useRef<Playhead | null>(null);
  const shown = useRef(options.openAtPtsUs ?? startPtsUs);
  const draw = useRef<() => void>(() => undefined);
  const [ptsUs, setPtsUs] = useState(shown.current);
  const [isPlaying, setPlaying] = useState(false);
  const [missing, setMissing] = useState<string | null>(picture.kind === 'none' ? picture.why : null);
  const { timeline, need } = usePoseWindows({ cameraId, epoch, isGrowing: options.isGrowing ?? false }, () => {
    draw.current();
  });

  useEffect(() => {
    draw.current = () => {
      if (canvas.current === null) return;
      const isImage = picture.kind === 'image';
      const found = isImage
        ? ({ kind: 'exact', poses: timeline.newest?.poses ?? [] } as const)
        : timeline.at(shown.current);
      paint(canvas.current, { ...options, timeline, found, ptsUs: shown.current });
    };
    draw.current();
  });

  const show = useCallback(
    (moment: number) => {
      shown.current = moment;
      need(moment);
      draw.current();
      setPtsUs(moment);
    },
    [need],
  );

  useEffect(() => {
    need(shown.current);
    const resize = new ResizeObserver(() => {
      draw.current();
    });
    if (canvas.current !== null) resize.observe(canvas.current);
    return () => {
      resize.disconnect();
    };
  }, [need, canvas]);

  const kind = missing === null ? picture.kind : 'none';
  const url = 'url' in picture ? picture.url : '';
  useEffect(() => {
    const listener = { moment: show, playing: setPlaying };
    const element = video.current;
    if (kind === 'image') return;
    if (kind === 'none' || element === null) {
      const free = freePlayhead({ startPtsUs, endPtsUs }, listener);
      playhead.current = free;
      free.seek(shown.current);
      return free.close;
    }
    const head = videoPlayhead(element, endPtsUs, listener);
    playhead.current = head;
    const opening = { at: shown.current, missing: setMissing };
    const close =
      kind === 'recording'
        ? openRecording(element, { cameraId, epoch, endPtsUs }, opening)
        : openFile(element, url, opening);
    return () => {
      close();
      head.close();
      element.removeAttribute('src');
      element.load();
    };
  }, [kind, url, cameraId, epoch, startPtsUs, endPtsUs, show, video]);

  const seek = (to: number): void => {
    const bounded = Math.min(endPtsUs, Math.max(startPtsUs, to));
    playhead.current?.seek(bounded);
    show(bounded);
  };
  return {
    ptsUs,
    isPlaying,
    missing,
    seek,
    toggle: () => {
      const head = playhead.current;
      if (head?.isPlaying() === true) head.pause();
      else {
        if (shown.current >= endPtsUs - 2 * UNANALYSED_STEP_US) head?.seek(startPtsUs);
        head?.play();
      }
    },
    step: (direction) => {
      playhead.current?.pause();
      const near =
        direction === 1
          ? timeline.between(shown.current + SAME_PICTURE_US, shown.current + STEP_REACH_US).at(0)
          : timeline.between(shown.current - STEP_REACH_US, shown.current - SAME_PICTURE_US).at(-1);
      seek(near?.ptsUs ?? shown.current + direction * UNANALYSED_STEP_US);
    },
    setRate: (rate) => {
      playhead.current?.setRate(rate);
    },
  };
}
