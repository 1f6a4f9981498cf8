import { ActionIcon, Select } from '@mantine/core';
import { useFullscreenElement, useLocalStorage } from '@mantine/hooks';
import {
  IconChevronLeft,
  IconChevronRight,
  IconMaximize,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { wallLayers, type Layers } from '../live/draw-poses.js';
import { LayerBar } from '../live/layer-bar.js';
import { useKeys } from '../ui/keyboard.js';
import { durationOf } from '../ui/time.js';
import { usePlayback, type Playback, type PlaybackOptions } from './use-playback.js';
import classes from './player.module.css';

interface PlayerProps extends Omit<PlaybackOptions, 'canvas' | 'video' | 'layers'> {
  /** What lies under the picture: it is told the moment, and may ask for another. */
  readonly children?: (moment: Pick<Playback, 'ptsUs' | 'seek'>) => ReactNode;
}

const JUMP_US = 2_000_000;
const playbackLayers: Layers = { ...wallLayers, scores: false, zones: true };

/** Plays stored movement over its picture; over a neutral ground, with the reason, where no picture was kept. */
export function Player({ children, ...options }: PlayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [layers, setLayers] = useLocalStorage<Layers>({
    key: 'posewatch-playback-layers',
    defaultValue: playbackLayers,
  });
  const { ref: stage, toggle: toggleFullscreen } = useFullscreenElement<HTMLDivElement>();
  const playback = usePlayback({ ...options, layers, canvas, video });
  const { missing } = playback;
  const { picture, source } = options;
  useKeys({
    ' ': playback.toggle,
    k: playback.toggle,
    f: () => void toggleFullscreen(),
    ',': () => {
      playback.step(-1);
    },
    '.': () => {
      playback.step(1);
    },
    ArrowLeft: () => {
      playback.seek(playback.ptsUs - JUMP_US);
    },
    ArrowRight: () => {
      playback.seek(playback.ptsUs + JUMP_US);
    },
  });
  return (
    <div className={classes.player}>
      <div
        className={classes.stage}
        ref={stage}
        style={{ aspectRatio: source === null ? '16 / 9' : `${source.widthPx} / ${source.heightPx}` }}
        data-bare={missing !== null || undefined}
      >
        {picture.kind === 'image' && <img src={picture.url} alt="" className={classes.picture} />}
        {(picture.kind === 'file' || picture.kind === 'recording') && missing === null && (
          <video
            ref={video}
            className={classes.picture}
            muted
            playsInline
            tabIndex={-1}
            aria-label="Recorded picture"
          />
        )}
        <canvas ref={canvas} className={classes.overlay} data-testid={`overlay-${options.cameraId}`} aria-hidden />
        {missing !== null && <p className={classes.why}>{missing}</p>}
      </div>
      {picture.kind !== 'image' && (
        <Controls playback={playback} range={options.range} onFullscreen={() => void toggleFullscreen()} />
      )}
      <LayerBar layers={layers} onChange={setLayers} />
      {children?.(playback)}
    </div>
  );
}

interface ControlsProps {
  readonly playback: Playback;
  readonly range: PlaybackOptions['range'];
  readonly onFullscreen: () => void;
}

function Controls({ playback, range, onFullscreen }: ControlsProps) {
  const { ptsUs, isPlaying } = playback;
  const { startPtsUs, endPtsUs } = range;
  const [rate, setRate] = useState('1');
  const elapsed = durationOf((ptsUs - startPtsUs) / 1000);
  return (
    <div className={classes.controls}>
      <ActionIcon
        variant="filled"
        size={40}
        radius="xl"
        aria-label={isPlaying ? 'Pause (Space)' : 'Play (Space)'}
        onClick={playback.toggle}
      >
        {isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size={36}
        aria-label="One analysed picture back (comma)"
        onClick={() => {
          playback.step(-1);
        }}
      >
        <IconChevronLeft size={20} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size={36}
        aria-label="One analysed picture on (full stop)"
        onClick={() => {
          playback.step(1);
        }}
      >
        <IconChevronRight size={20} />
      </ActionIcon>
      <span className={classes.time}>
        {elapsed} / {durationOf((endPtsUs - startPtsUs) / 1000)}
      </span>
      <input
        type="range"
        className={classes.scrubber}
        aria-label="Moment"
        aria-valuetext={elapsed}
        min={startPtsUs}
        max={Math.max(startPtsUs + 1, endPtsUs)}
        step={10_000}
        value={ptsUs}
        onChange={(event) => {
          playback.seek(Number(event.currentTarget.value));
        }}
      />
      <Select
        size="xs"
        w={76}
        aria-label="Speed"
        value={rate}
        allowDeselect={false}
        data={['0.25', '0.5', '1', '2', '4'].map((value) => ({ value, label: `${value}×` }))}
        onChange={(value) => {
          setRate(value ?? '1');
          playback.setRate(Number(value ?? '1'));
        }}
      />
      <ActionIcon variant="subtle" size={36} aria-label="Full screen (F)" onClick={onFullscreen}>
        <IconMaximize size={18} />
      </ActionIcon>
    </div>
  );
}
