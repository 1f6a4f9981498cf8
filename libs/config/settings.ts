import { z } from 'zod';
import { AppError } from '#base/errors.js';

/**
 * Every setting of every service: type, unit, default, bounds and a sentence. Read once at start by the composition roots
 * (`apps/<service>/main.ts`), then passed on as values. Environment variables are `POSEWATCH_` plus the name in capitals,
 * except the two that the world already knows: DATABASE_URL and REDIS_URL.
 */
const number = (bounds: { min: number; max: number; def: number }, text: string) =>
  z.coerce.number().min(bounds.min).max(bounds.max).default(bounds.def).describe(text);
const whole = (bounds: { min: number; max: number; def: number }, text: string) =>
  z.coerce.number().int().min(bounds.min).max(bounds.max).default(bounds.def).describe(text);

const MIB = 1024 * 1024;

const schema = z.strictObject({
  DATABASE_URL: z.string().min(1).describe('PostgreSQL connection URL.'),
  REDIS_URL: z.string().min(1).describe('Redis connection URL.'),
  POSEWATCH_DATA_DIR: z
    .string()
    .min(1)
    .describe('Folder for uploads, recordings, snapshots and the embedded databases.'),
  POSEWATCH_MODELS_DIR: z.string().min(1).describe('Folder with pulled models.'),
  POSEWATCH_PORT: whole({ min: 1, max: 65_535, def: 8420 }, 'TCP port of the web page and API.'),
  POSEWATCH_HOST: z.string().default('127.0.0.1').describe('Address the web page and API listen on.'),
  POSEWATCH_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe log level written.'),
  POSEWATCH_LANES: whole(
    { min: 1, max: 64, def: 4 },
    'Ordered lanes between inference and tracker. Change only while everything is stopped.',
  ),
  POSEWATCH_MODEL: z
    .string()
    .default('movenet-multipose')
    .describe('Model registry id used where a camera names none.'),
  POSEWATCH_ANALYSIS_AREA_PX: whole(
    { min: 32 * 32, max: 2048 * 2048, def: 384 * 512 },
    'Pixels of an analysis frame; its shape follows the camera.',
  ),
  POSEWATCH_PROVIDERS: z
    .string()
    .regex(/^\s*(cuda|webgpu|cpu)\s*(,\s*(cuda|webgpu|cpu)\s*)*$/, 'must be a list of cuda, webgpu and cpu')
    .default('cuda,webgpu,cpu')
    .describe('Execution providers to try, in order. Without cpu in the list, nothing runs where no other is there.'),
  POSEWATCH_SESSIONS: whole(
    { min: 0, max: 64, def: 0 },
    'Inference sessions of one inference process; 0: one per processor core on CPU, two on a GPU.',
  ),
  POSEWATCH_MAX_BATCH: whole({ min: 1, max: 64, def: 4 }, 'Most frames in one inference batch.'),
  POSEWATCH_CROWD_PEOPLE: whole(
    { min: 1, max: 100, def: 20 },
    "People of one frame whose joints come from the profile's own model; the rest, the smallest, get its faster crowd model.",
  ),
  POSEWATCH_FRESHNESS_MS: whole(
    { min: 100, max: 60_000, def: 1500 },
    'A live frame older than this is not analysed (milliseconds).',
  ),
  POSEWATCH_LATE_MS: whole(
    { min: 100, max: 120_000, def: 3000 },
    'How long the tracker waits for a missing live frame (milliseconds).',
  ),
  POSEWATCH_LIVE_IN_FLIGHT: whole(
    { min: 1, max: 64, def: 4 },
    'Frames of one live camera that may be on their way at once.',
  ),
  POSEWATCH_FILE_IN_FLIGHT: whole(
    { min: 1, max: 256, def: 16 },
    'Frames of one uploaded file that may be on their way at once; many files together: twice as many, at least four each.',
  ),
  POSEWATCH_FILE_RESEND_MS: whole(
    { min: 500, max: 3_600_000, def: 30_000 },
    'Without progress for so long, frames of a file that are on their way are sent again (milliseconds).',
  ),
  POSEWATCH_STILL_HEARTBEAT_MS: whole(
    { min: 100, max: 60_000, def: 2000 },
    'A camera with a motion gate analyses a still scene this often (milliseconds).',
  ),
  POSEWATCH_FRAME_TTL_SEC: whole(
    { min: 5, max: 3600, def: 120 },
    'Time-to-live of a frame in the frame store (seconds).',
  ),
  POSEWATCH_VIDEO_CONCURRENCY: whole(
    { min: 1, max: 16, def: 1 },
    'Uploaded files that one ingest process analyses at once.',
  ),
  POSEWATCH_MAX_UPLOAD_BYTES: whole({ min: 1, max: 1e13, def: 8e9 }, 'Largest upload (bytes).'),
  POSEWATCH_IMPORT_MAX_BYTES: whole(
    { min: 1, max: 500e6, def: 256e6 },
    'Largest file of tracks that is imported (bytes); reading it takes about ten times as much memory.',
  ),
  POSEWATCH_IMPORTS_AT_ONCE: whole(
    { min: 1, max: 64, def: 2 },
    'Files of tracks that the page imports at the same time.',
  ),
  POSEWATCH_MAX_CAMERAS: whole({ min: 1, max: 1024, def: 64 }, 'Most cameras that one ingest process runs.'),
  POSEWATCH_RTSP_TIMEOUT_MS: whole(
    { min: 500, max: 120_000, def: 5000 },
    'Silence after which an RTSP camera counts as gone (milliseconds).',
  ),
  POSEWATCH_RECONNECT_MAX_MS: whole(
    { min: 500, max: 3_600_000, def: 30_000 },
    'Longest pause between two attempts to reach a camera (milliseconds).',
  ),
  POSEWATCH_REDIS_MAX_BYTES: whole(
    { min: 32e6, max: 1e12, def: 512e6 },
    'Most memory of the private Redis (bytes); past it, writes are refused, nothing is evicted.',
  ),
  POSEWATCH_HEALTH_HOURS: whole(
    { min: 1, max: 168, def: 24 },
    'How long the minute figures of live cameras are kept in Redis (hours).',
  ),
  POSEWATCH_RECORDING_MAX_BYTES: whole(
    { min: 0, max: 1e15, def: 20e9 },
    'Most disk space of all recordings of live cameras; the oldest go first (bytes). 0: record nothing.',
  ),
  POSEWATCH_TRACK_DAYS: number(
    { min: 0, max: 36_500, def: 0 },
    'Tracks of live cameras are forgotten after this many days. 0: age does not matter.',
  ),
  POSEWATCH_TRACK_MAX_BYTES: whole(
    { min: 0, max: 1e15, def: 50e9 },
    'Most disk space of all stored tracks; the oldest of live cameras go first (bytes). 0: size does not matter.',
  ),
  POSEWATCH_SESSION_HOURS: number({ min: 0.1, max: 8760, def: 168 }, 'How long a login lasts (hours).'),
  POSEWATCH_LOGIN_TRIES: whole(
    { min: 1, max: 1000, def: 6 },
    'Wrong passwords that one address may send for one name in a window.',
  ),
  POSEWATCH_LOGIN_ADDRESS_TRIES: whole(
    { min: 1, max: 100_000, def: 30 },
    'Wrong passwords that one address may send for all names together in a window.',
  ),
  POSEWATCH_LOGIN_WINDOW_SEC: whole(
    { min: 1, max: 86_400, def: 300 },
    'How long wrong passwords count against an address (seconds).',
  ),
  POSEWATCH_UPLOADS_AT_ONCE: whole({ min: 1, max: 256, def: 8 }, 'Uploads that are received at the same time.'),
  POSEWATCH_WEBSOCKETS: whole(
    { min: 1, max: 65_536, def: 512 },
    'WebSocket connections at the same time: one for each browser tab and one for each live picture on it.',
  ),
  POSEWATCH_WEBSOCKET_TEXT_BYTES: whole(
    { min: 1024, max: 64 * MIB, def: MIB },
    'Text waiting for one slow browser before newer states replace older ones (bytes).',
  ),
  POSEWATCH_WEBSOCKET_ALERTS: whole(
    { min: 1, max: 100_000, def: 500 },
    'Alerts waiting for one slow browser before it is told to read them from the API.',
  ),
  POSEWATCH_WEBSOCKET_VIDEO_BYTES: whole(
    { min: 64 * 1024, max: 1024 * MIB, def: 4 * MIB },
    'Live video waiting for one slow viewer before it is skipped to a later key frame (bytes).',
  ),
  POSEWATCH_LIVE_GROUP_BYTES: whole(
    { min: 64 * 1024, max: 1024 * MIB, def: 16 * MIB },
    "Most of one camera's video since its last key frame that is kept for viewers who join (bytes).",
  ),
});

export type Settings = z.infer<typeof schema>;

/** Settings from an environment. Unknown `POSEWATCH_` names and bad values are all reported in one error. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const known = new Set(Object.keys(schema.shape));
  const given = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && value !== '' && (known.has(name) || name.startsWith('POSEWATCH_')),
  );
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown setting ${issue.keys.join(', ')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new AppError('invalid-input', `The settings have ${problems.length} problem(s):\n  ${problems.join('\n  ')}`);
}

/** Name, default and sentence of every setting, for the documentation. */
export function describeSettings(): readonly { readonly name: string; readonly text: string }[] {
  return Object.entries(schema.shape).map(([name, type]) => ({ name, text: type.description ?? '' }));
}
