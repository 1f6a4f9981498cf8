import { Button, Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconPlus, IconUpload, IconVideo } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { inWallOrder, useCameras } from '../../api/queries.js';
import type { Camera } from '../../api/types.js';
import { OnlyAdmins, useMayChange } from '../../app/only-admins.js';
import { Empty, Failed } from '../../ui/states.js';
import { AlertStrip } from './alert-strip.js';
import { HealthStrip } from './health-strip.js';
import { Tile } from './tile.js';
import { useArrange } from './use-arrange.js';
import { TILE_ASPECT, wallGrid } from './wall-grid.js';
import classes from './wall-screen.module.css';
import { ButtonLink } from '../../ui/links.js';

/** Forms come when they are asked for: the first picture does not wait for them. */
const CameraDialog = lazy(() => import('../camera/camera-dialog.js').then((m) => ({ default: m.CameraDialog })));

const GAP_PX = 8;
const MOST_TILES = 16;

/** All cameras at once. */
export function WallScreen() {
  const list = useCameras();
  const [isAdding, setAdding] = useState(false);
  const shown = inWallOrder(list.data ?? []).slice(0, MOST_TILES);
  return (
    <div className={classes.screen}>
      <header className={classes.header}>
        <h1>Wall</h1>
        <HealthStrip />
        <OnlyAdmins>
          <Button
            variant={list.data?.length === 0 ? 'default' : 'filled'}
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              setAdding(true);
            }}
          >
            Add a camera
          </Button>
        </OnlyAdmins>
      </header>
      {list.isPending && <LoadingWall />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.length === 0 && (
        <div className={classes.empty}>
          <Empty
            icon={<IconVideo size={24} aria-hidden />}
            title="No cameras yet"
            text="Live pictures appear here, with the people in them. Add a camera by its RTSP address, or upload a video to see what Posewatch finds."
          >
            <OnlyAdmins>
              <Button
                variant="filled"
                leftSection={<IconPlus size={16} aria-hidden />}
                onClick={() => {
                  setAdding(true);
                }}
              >
                Add a camera
              </Button>
              <ButtonLink to="/videos" leftSection={<IconUpload size={16} aria-hidden />}>
                Upload a video
              </ButtonLink>
            </OnlyAdmins>
          </Empty>
        </div>
      )}
      {shown.length > 0 && <Tiles cameras={shown} hidden={(list.data?.length ?? 0) - shown.length} />}
      <AlertStrip />
      {isAdding && (
        <Suspense>
          <CameraDialog
            opened
            onClose={() => {
              setAdding(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function Tiles({ cameras, hidden }: { readonly cameras: readonly Camera[]; readonly hidden: number }) {
  const { ref, width, height } = useElementSize();
  const { columns, tileWidthPx } = wallGrid(cameras.length, { widthPx: width, heightPx: height, gapPx: GAP_PX });
  const { shown, said, moveOf } = useArrange(cameras, columns);
  // The order is everybody's, so only who may change it can.
  const mayMove = useMayChange() && cameras.length > 1;
  return (
    <div className={classes.wall} ref={ref}>
      <ul
        className={classes.tiles}
        aria-label="Cameras"
        style={{
          gridTemplateColumns: `repeat(${columns}, ${tileWidthPx}px)`,
          gridAutoRows: `${Math.floor(tileWidthPx / TILE_ASPECT)}px`,
        }}
      >
        {shown.map((camera) => (
          <Tile key={camera.id} camera={camera} move={mayMove ? moveOf(camera.id) : null} />
        ))}
      </ul>
      <span role="status" className="visually-hidden">
        {said}
      </span>
      {hidden > 0 && <p className={classes.more}>{hidden} more cameras do not fit on one wall.</p>}
    </div>
  );
}

function LoadingWall() {
  return (
    <div className={classes.loading} role="status" aria-label="Loading cameras">
      {[0, 1, 2, 3].map((index) => (
        <Skeleton key={index} radius="md" />
      ))}
    </div>
  );
}
