import { Button, Modal, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useCameras, useVideos, useZones } from '../../../api/queries.js';
import { videos as calls } from '../../../api/calls.js';
import type { Layers } from '../../../live/draw-poses.js';
import { LiveView } from '../../../live/live-view.js';
import { LineEditor } from './line-editor.js';
import { firstLine, readLine, sidesOf, writeLine } from './line-ends.js';
import type { PeopleSearch } from '../search-filter.js';
import type { SentenceProps } from './sentence-words.js';
import classes from './line-dialog.module.css';

interface LineDialogProps extends SentenceProps {
  readonly camera: string;
  readonly onClose: () => void;
}

const sides = [
  { value: 'either', label: 'Either way' },
  { value: 'left', label: 'To its left' },
  { value: 'right', label: 'To its right' },
];

/** Draws the line that feet must cross over the picture of a camera or video. */
export function LineDialog({ camera, search, onChange, onClose }: LineDialogProps) {
  const [line, setLine] = useState(() => readLine(search.line) ?? firstLine);
  const [direction, setDirection] = useState<PeopleSearch['direction']>(search.direction);
  const zones = useZones(camera);
  const size = useSize(camera);
  const take = (means: Pick<PeopleSearch, 'line' | 'direction'>): void => {
    onChange({ ...search, ...means });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={860}
      title="Who crossed this line"
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className={classes.hint}>
        Drag the two ends to where feet cross. Arrows show which way counts: with an end focused, the arrow keys move
        it.
      </p>
      <div className={classes.ground} style={{ aspectRatio: `${size.widthPx} / ${size.heightPx}` }}>
        <Picture camera={camera} />
        <LineEditor
          line={line}
          size={size}
          zones={zones.data ?? []}
          sides={sidesOf({ direction })}
          onChange={setLine}
        />
      </div>
      <div className={classes.actions}>
        <SegmentedControl
          aria-label="Direction"
          data={sides}
          value={direction ?? 'either'}
          onChange={(value) => {
            setDirection((['left', 'right'] as const).find((side) => side === value));
          }}
        />
        <div className={classes.buttons}>
          {search.line !== undefined && (
            <Button
              variant="subtle"
              onClick={() => {
                take({ line: undefined, direction: undefined });
              }}
            >
              Any line
            </Button>
          )}
          <Button
            variant="filled"
            onClick={() => {
              take({ line: writeLine(line), direction });
            }}
          >
            Find who crossed it
          </Button>
        </div>
      </div>
    </Modal>
  );
}

const noLayers: Layers = { skeletons: false, boxes: false, ids: false, trails: false, zones: false, scores: false };

/** What the camera or video looks like; a neutral ground where there is no picture. */
function Picture({ camera: id }: { readonly camera: string }) {
  const camera = useCameras().data?.find((each) => each.id === id);
  const video = useVideos().data?.find((each) => each.id === id);
  if (camera !== undefined) return <LiveView camera={camera} layers={noLayers} />;
  if (video === undefined) return null;
  if (video.isImage) return <img className={classes.picture} src={calls.mediaUrl(id)} alt="" />;
  return (
    <video
      className={classes.picture}
      src={calls.mediaUrl(id)}
      muted
      playsInline
      preload="auto"
      tabIndex={-1}
      aria-label="A moment of the video"
      onLoadedMetadata={({ currentTarget }) => {
        currentTarget.currentTime = currentTarget.duration / 2;
      }}
    />
  );
}

function useSize(id: string): { readonly widthPx: number; readonly heightPx: number } {
  const sources = [...(useCameras().data ?? []), ...(useVideos().data ?? [])];
  const source = sources.find((each) => each.id === id);
  return { widthPx: source?.sourceWidthPx ?? 16, heightPx: source?.sourceHeightPx ?? 9 };
}
