import { createContext, useContext, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { BehaviorDetected } from '#contracts/behavior-detected.js';
import type { CameraHealth } from '#contracts/camera-health.js';
import type { Camera, Video } from '../api/types.js';
import { useObservable } from './observable.js';
import { UpdatesLink, type CameraActivity } from './updates-link.js';

const Link = createContext<UpdatesLink | null>(null);

/** Opens the updates connection for everything below, and keeps cached lists true to what it says. */
export function UpdatesProvider({ children }: { readonly children: ReactNode }) {
  const link = useMemo(() => new UpdatesLink(), []);
  const queries = useQueryClient();
  useEffect(() => {
    link.start();
    const offEvent = link.onEvent(() => void queries.invalidateQueries({ queryKey: ['events', 'newest'] }));
    const offVideo = link.onVideo((video) => {
      queries.setQueryData<readonly Video[]>(['videos'], (videos) => {
        if (videos === undefined) return videos;
        const known = videos.some((each) => each.id === video.id);
        return known ? videos.map((each) => (each.id === video.id ? video : each)) : [video, ...videos];
      });
    });
    return () => {
      offEvent();
      offVideo();
      link.stop();
    };
  }, [link, queries]);
  return <Link value={link}>{children}</Link>;
}

export function useUpdates(): UpdatesLink {
  const link = useContext(Link);
  if (link === null) throw new Error('UpdatesProvider is missing above this component.');
  return link;
}

/** The newest health of a camera: from the connection, else as the list said. Null means that nobody has news of it. */
export function useHealth(camera: Camera): CameraHealth | null {
  return useObservable(useUpdates().health).get(camera.id) ?? camera.health;
}

/** Null until a frame of the camera went by while somebody watched it. */
export function useActivity(cameraId: string): CameraActivity | null {
  return useObservable(useUpdates().activity).get(cameraId) ?? null;
}

const nothing = (): void => undefined;

/** Keeps the activity of these cameras known, whether or not their pictures are shown. */
export function useWatched(cameraIds: readonly string[]): void {
  const link = useUpdates();
  const ids = cameraIds.join(' ');
  useEffect(() => {
    const stops = ids === '' ? [] : ids.split(' ').map((id) => link.watch(id, nothing));
    return () => {
      for (const stop of stops) stop();
    };
  }, [ids, link]);
}

/** Calls the newest `listener` for every started or ended alert. */
export function useEventListener(listener: (event: BehaviorDetected) => void): void {
  const link = useUpdates();
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(
    () =>
      link.onEvent((event) => {
        newest.current(event);
      }),
    [link],
  );
}
