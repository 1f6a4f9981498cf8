import type { paths } from '../api-schema.js';
import { bodyOf, client } from './client.js';
import type * as t from './types.js';

/** Every request of the page, by what it is about. */
export const sessions = {
  current: async () => (await bodyOf(client.GET('/api/session'))).user,
  logIn: async (name: string, password: string) =>
    (await bodyOf(client.POST('/api/session', { body: { name, password } }))).user,
  logOut: () => bodyOf(client.DELETE('/api/session')),
  changePassword: (body: { current: string; next: string }) => bodyOf(client.PUT('/api/session/password', { body })),
};

const at = (id: string) => ({ params: { path: { id } } });

export const users = {
  list: async () => (await bodyOf(client.GET('/api/users'))).users,
  add: (body: Pick<t.User, 'name' | 'role'>) => bodyOf(client.POST('/api/users', { body })),
  resetPassword: (id: string) => bodyOf(client.POST('/api/users/{id}/password', at(id))),
  remove: (id: string) => bodyOf(client.DELETE('/api/users/{id}', at(id))),
};

export const cameras = {
  list: async () => (await bodyOf(client.GET('/api/cameras'))).cameras,
  add: (body: t.CameraInput) => bodyOf(client.POST('/api/cameras', { body })),
  change: (id: string, body: t.CameraChange) => bodyOf(client.PATCH('/api/cameras/{id}', { ...at(id), body })),
  remove: (id: string) => bodyOf(client.DELETE('/api/cameras/{id}', at(id))),
  restore: (id: string) => bodyOf(client.POST('/api/cameras/{id}/restore', at(id))),
  minutes: (id: string) => bodyOf(client.GET('/api/cameras/{id}/minutes', at(id))),
  test: (url: string) => bodyOf(client.POST('/api/cameras/test', { body: { url } })),
  poses: (id: string, query: { epoch: number; fromPtsUs: number; toPtsUs: number }) =>
    bodyOf(client.GET('/api/cameras/{id}/poses', { params: { path: { id }, query } })) as Promise<t.Playback>,
};

type ZoneShape = Pick<t.Zone, 'name' | 'polygon'>;

// The types of openapi-fetch turn a tuple of a response into an array; the document says that these are tuples.
export const zones = {
  list: async (cameraId: string) =>
    (await bodyOf(client.GET('/api/cameras/{id}/zones', at(cameraId)))).zones as t.Zone[],
  add: (cameraId: string, body: ZoneShape) => bodyOf(client.POST('/api/cameras/{id}/zones', { ...at(cameraId), body })),
  change: (id: string, body: Partial<ZoneShape>) => bodyOf(client.PATCH('/api/zones/{id}', { ...at(id), body })),
  remove: (id: string) => bodyOf(client.DELETE('/api/zones/{id}', at(id))),
  restore: (id: string) => bodyOf(client.POST('/api/zones/{id}/restore', at(id))),
};

export const rules = {
  list: async () => (await bodyOf(client.GET('/api/rules'))).rules,
  add: (body: t.RuleInput) => bodyOf(client.POST('/api/rules', { body })),
  change: (id: string, body: t.RuleChange) => bodyOf(client.PATCH('/api/rules/{id}', { ...at(id), body })),
  remove: (id: string) => bodyOf(client.DELETE('/api/rules/{id}', at(id))),
  restore: (id: string) => bodyOf(client.POST('/api/rules/{id}/restore', at(id))),
};

export const videos = {
  list: async () => (await bodyOf(client.GET('/api/videos'))).videos,
  get: (id: string) => bodyOf(client.GET('/api/videos/{id}', at(id))),
  cancel: (id: string) => bodyOf(client.POST('/api/videos/{id}/cancel', at(id))),
  remove: (id: string) => bodyOf(client.DELETE('/api/videos/{id}', at(id))),
  restore: (id: string) => bodyOf(client.POST('/api/videos/{id}/restore', at(id))),
  mediaUrl: (id: string) => `/api/videos/${id}/media`,
  tracksUrl: (id: string) => `/api/videos/${id}/tracks.json`,
};

/** Files of tracks that become videos; the file itself goes by `sendFile`. */
export const imports = {
  url: (query: ImportQuery): string => {
    const given = Object.entries(query).map(([name, value]) => [name, String(value)]);
    return `/api/imports?${new URLSearchParams(Object.fromEntries(given) as Record<string, string>).toString()}`;
  },
  /** How far the import with that ticket is. */
  progress: (ticket: string) => bodyOf(client.GET('/api/imports/{ticket}', { params: { path: { ticket } } })),
};

export type ImportQuery = paths['/api/imports']['post']['parameters']['query'];

export interface TrackFilter {
  readonly cameraId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly cursor?: string;
  readonly limit?: number;
}

export interface EventFilter extends TrackFilter {
  readonly kind?: t.RuleKind;
  readonly acknowledged?: 'yes' | 'no';
}

export const tracks = {
  page: (query: TrackFilter) => bodyOf(client.GET('/api/tracks', { params: { query } })),
  poses: (
    path: { cameraId: string; epoch: number; trackNo: number },
    query: { fromPtsUs?: number; toPtsUs?: number } = {},
  ) =>
    bodyOf(
      client.GET('/api/tracks/{cameraId}/{epoch}/{trackNo}/poses', { params: { path, query } }),
    ) as Promise<t.TrackPoses>,
};

/** Conditions of a search, see `GET /api/search/tracks`. */
export type SearchQuery = Omit<
  NonNullable<paths['/api/search/tracks']['get']['parameters']['query']>,
  'cursor' | 'limit'
>;

export type ExportQuery = paths['/api/search/export']['get']['parameters']['query'];

export const search = {
  tracks: (query: SearchQuery & { limit: number; cursor?: string | undefined }) =>
    bodyOf(client.GET('/api/search/tracks', { params: { query } })),
  density: (query: SearchQuery & { buckets: number }) =>
    bodyOf(client.GET('/api/search/density', { params: { query } })),
  similar: (body: t.SimilarRequest) => bodyOf(client.POST('/api/search/similar', { body })),
  movements: (body: t.MovementsRequest) => bodyOf(client.POST('/api/search/movements', { body })),
  /** How much an export would hold; throws what would be wrong with it. */
  exportExtent: (query: ExportQuery) => bodyOf(client.GET('/api/search/export/extent', { params: { query } })),
  /** Where the browser saves an export from. */
  exportUrl: (query: ExportQuery): string => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each));
    return `/api/search/export?${parameters.toString()}`;
  },
};

export const events = {
  page: (query: EventFilter) => bodyOf(client.GET('/api/events', { params: { query } })),
  acknowledge: (id: string) => bodyOf(client.POST('/api/events/{id}/acknowledgement', at(id))),
  unacknowledge: (id: string) => bodyOf(client.DELETE('/api/events/{id}/acknowledgement', at(id))),
  snapshotUrl: (id: string) => `/api/events/${id}/snapshot.jpg`,
};

/** Wall clock, milliseconds. */
export interface InsightSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export const insights = {
  people: (query: InsightSpan & { buckets: number }) =>
    bodyOf(client.GET('/api/insights/people', { params: { query } })),
  places: (query: InsightSpan & { cameraId: string }) =>
    bodyOf(client.GET('/api/insights/places', { params: { query } })),
  rules: async (query: InsightSpan) => (await bodyOf(client.GET('/api/insights/rules', { params: { query } }))).rules,
};

export const models = {
  list: () => bodyOf(client.GET('/api/models')),
  decoders: async () => (await bodyOf(client.GET('/api/models/decoders'))).decoders,
  pull: (id: string) => bodyOf(client.POST('/api/models/{id}/pull', at(id))),
  cancelPull: (id: string) => bodyOf(client.DELETE('/api/models/{id}/pull', at(id))),
  remove: (id: string) => bodyOf(client.DELETE('/api/models/{id}', at(id))),
  restore: (id: string) => bodyOf(client.POST('/api/models/{id}/restore', at(id))),
  fileUrl: (id: string) => `/api/models/${id}/file`,
};

/** What a person says of a model: see `OwnModel` of `libs/onnx/manifest.ts`. */
type Description = Record<string, unknown>;

export const modelDrafts = {
  url: (name: string) => `/api/model-drafts?${new URLSearchParams({ name }).toString()}`,
  try: (id: string, description: Description) =>
    bodyOf(client.POST('/api/model-drafts/{id}/trial', { ...at(id), body: { description } })),
  add: (id: string, description: Description, replace: boolean) =>
    bodyOf(client.POST('/api/model-drafts/{id}/model', { ...at(id), body: { description, replace } })),
};

export const system = {
  get: () => bodyOf(client.GET('/api/system')),
  storage: () => bodyOf(client.GET('/api/system/storage')),
};
