import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { ruleKinds, type RuleKind } from '#behavior/rule.js';
import { parsePeopleSearch } from '../screens/search/search-filter.js';
import { NotFoundPage } from './not-found.js';
import { Shell } from './shell.js';

/** Filters of the alert list; `event` is the open one. */
export interface AlertsSearch {
  readonly event?: string | undefined;
  readonly camera?: string | undefined;
  readonly kind?: RuleKind | undefined;
  readonly show?: 'all' | undefined;
}

/** Filters of the track list: a named range, or `from` and `to` in milliseconds since 1970. */
export interface TracksSearch {
  readonly camera?: string | undefined;
  readonly range?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The rule whose editor is open, or `new`. */
export interface CameraSearch {
  readonly rule?: string | undefined;
}

/** Over which time, and of which camera the places are shown. */
export interface InsightsSearch {
  readonly camera?: string | undefined;
  readonly range?: string | undefined;
}

/** A moment of media time to open at, µs. */
export interface AtSearch {
  readonly at?: number | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell });

const wall = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('../screens/wall/wall-screen.js'), 'WallScreen'),
});

const camera = createRoute({
  getParentRoute: () => inside,
  path: '/cameras/$id',
  validateSearch: (search: Record<string, unknown>): CameraSearch => ({ rule: text(search.rule) }),
  component: lazyRouteComponent(() => import('../screens/camera/camera-screen.js'), 'CameraScreen'),
});

const rules = createRoute({
  getParentRoute: () => inside,
  path: '/rules',
  component: lazyRouteComponent(() => import('../screens/rules/rules-screen.js'), 'RulesScreen'),
});

const insights = createRoute({
  getParentRoute: () => inside,
  path: '/insights',
  validateSearch: (search: Record<string, unknown>): InsightsSearch => ({
    camera: text(search.camera),
    range: text(search.range),
  }),
  component: lazyRouteComponent(() => import('../screens/insights/insights-screen.js'), 'InsightsScreen'),
});

const alerts = createRoute({
  getParentRoute: () => inside,
  path: '/alerts',
  validateSearch: (search: Record<string, unknown>): AlertsSearch => ({
    event: text(search.event),
    camera: text(search.camera),
    kind: ruleKinds.find((kind) => kind === search.kind),
    show: search.show === 'all' ? 'all' : undefined,
  }),
  component: lazyRouteComponent(() => import('../screens/alerts/alerts-screen.js'), 'AlertsScreen'),
});

const search = createRoute({
  getParentRoute: () => inside,
  path: '/search',
  validateSearch: parsePeopleSearch,
  component: lazyRouteComponent(() => import('../screens/search/search-screen.js'), 'SearchScreen'),
});

const tracks = createRoute({
  getParentRoute: () => inside,
  path: '/tracks',
  validateSearch: (search: Record<string, unknown>): TracksSearch => ({
    camera: text(search.camera),
    range: text(search.range),
    from: number(search.from),
    to: number(search.to),
  }),
  component: lazyRouteComponent(() => import('../screens/tracks/tracks-screen.js'), 'TracksScreen'),
});

const track = createRoute({
  getParentRoute: () => inside,
  path: '/tracks/$cameraId/$epoch/$trackNo',
  validateSearch: (search: Record<string, unknown>): AtSearch => ({ at: number(search.at) }),
  component: lazyRouteComponent(() => import('../screens/tracks/track-screen.js'), 'TrackScreen'),
});

const videos = createRoute({
  getParentRoute: () => inside,
  path: '/videos',
  component: lazyRouteComponent(() => import('../screens/videos/videos-screen.js'), 'VideosScreen'),
});

const video = createRoute({
  getParentRoute: () => inside,
  path: '/videos/$id',
  validateSearch: (search: Record<string, unknown>): AtSearch => ({ at: number(search.at) }),
  component: lazyRouteComponent(() => import('../screens/videos/video-screen.js'), 'VideoScreen'),
});

const system = createRoute({
  getParentRoute: () => inside,
  path: '/system',
  component: lazyRouteComponent(() => import('../screens/system/system-screen.js'), 'SystemScreen'),
});

const models = createRoute({
  getParentRoute: () => inside,
  path: '/system/models',
  component: lazyRouteComponent(() => import('../screens/system/models-screen.js'), 'ModelsScreen'),
});

const addModel = createRoute({
  getParentRoute: () => inside,
  path: '/system/models/add',
  component: lazyRouteComponent(() => import('../screens/system/add-model-screen.js'), 'AddModelScreen'),
});

const users = createRoute({
  getParentRoute: () => inside,
  path: '/system/users',
  component: lazyRouteComponent(() => import('../screens/system/users-screen.js'), 'UsersScreen'),
});

const watching = [wall, camera, alerts, rules, insights] as const;
const screens = [...watching, search, tracks, track, videos, video, system, models, addModel, users] as const;

export const router = createRouter({
  routeTree: root.addChildren([inside.addChildren(screens)]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
