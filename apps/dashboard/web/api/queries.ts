import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { cameras, models, rules, system, videos, zones } from './calls.js';
import type { Camera } from './types.js';

/** Cached lists that several screens share, each under one key. */
export const keys = {
  cameras: ['cameras'],
  rules: ['rules'],
  videos: ['videos'],
  models: ['models'],
  users: ['users'],
  zones: (cameraId: string) => ['zones', cameraId],
};

export const useCameras = () => useQuery({ queryKey: keys.cameras, queryFn: cameras.list, refetchInterval: 30_000 });

export const useZones = (cameraId: string) =>
  useQuery({ queryKey: keys.zones(cameraId), queryFn: () => zones.list(cameraId) });

export const useRules = () => useQuery({ queryKey: keys.rules, queryFn: rules.list });

export const useVideos = () => useQuery({ queryKey: keys.videos, queryFn: videos.list, refetchInterval: 15_000 });

export const useSystem = () => useQuery({ queryKey: ['system'], queryFn: system.get, refetchInterval: 5_000 });

/** Asked again each second while a model is being installed. */
export const useModels = () =>
  useQuery({
    queryKey: keys.models,
    queryFn: models.list,
    staleTime: 30_000,
    refetchInterval: ({ state }) =>
      state.data?.models.some(({ pull }) => pull !== null && pull.kind !== 'failed') === true ? 1000 : false,
  });

/** Everything that can be watched or searched: cameras and uploaded videos, by id. */
export function useSources() {
  const live = useCameras();
  const uploaded = useVideos();
  return [
    ...(live.data ?? []).map(({ id, name }) => ({ id, name, kind: 'live' as const })),
    ...(uploaded.data ?? []).map(({ id, name }) => ({ id, name, kind: 'video' as const })),
  ];
}

/** Asks for cached lists again after something changed them. */
export function useRefresh(): (...queryKeys: readonly (readonly string[])[]) => void {
  const queries: QueryClient = useQueryClient();
  return (...queryKeys) => {
    for (const queryKey of queryKeys) void queries.invalidateQueries({ queryKey });
  };
}

/** Cameras in their order on the wall. */
export function inWallOrder(list: readonly Camera[]): readonly Camera[] {
  return [...list].sort((a, b) => a.position - b.position || a.createdAt.localeCompare(b.createdAt));
}
