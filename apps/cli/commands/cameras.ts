import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import type { CameraChanged } from '#contracts/camera-changed.js';
import { topics as topicNames } from '#contracts/channels.js';
import { probe } from '#media/probe.js';
import { splitCameraUrl } from '#security/camera-url.js';
import { secureRandom } from '#security/random.js';
import { openSecretBox } from '#security/secret-box.js';
import { cameraById, createCamera, listCameras, removeCamera, type Camera } from '#storage/cameras.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { withSystem, type Connected } from '../internal/connected.js';

const usage = `posewatch cameras list [--json]
posewatch cameras add URL --name NAME [--fps N] [--privacy full|pose-only] [--json]
posewatch cameras remove ID [--json]
posewatch cameras test URL [--json]

  list, add and remove work on the system that runs on the data folder (--data DIR); test needs none.
  URL may hold user:password; they are stored encrypted and never shown.
  --fps N      frames a second that are analysed (default 10; 0: every frame)
  --privacy    pose-only: no picture of it is stored or shown`;

const flags = {
  json: { type: 'boolean', default: false },
  data: { type: 'string' },
  name: { type: 'string' },
  fps: { type: 'string', default: '10' },
  privacy: { type: 'string', default: 'full' },
} as const;

const PROBE_MS = 10_000;
const MOST_FPS = 120;

interface Request {
  readonly operand: string | undefined;
  readonly values: {
    readonly json: boolean;
    readonly data?: string | undefined;
    readonly name?: string | undefined;
    readonly fps: string;
    readonly privacy: string;
  };
  readonly io: CommandIo;
}

function need(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new AppError('invalid-input', `${what} is missing.`);
  return value;
}

function shown({ id, name, url, enabled, fps, privacy }: Camera) {
  return { id, name, url, enabled, fps, privacy };
}

function sentence(camera: Camera): string {
  const { id, name, url, fps, privacy } = camera;
  const rate = fps === 0 ? 'every frame' : `${fps} fps`;
  return `${id}  ${name}  ${url ?? ''}  ${rate}${privacy === 'full' ? '' : `  ${privacy}`}`;
}

function answer({ values, io }: Request, result: object, text: string): void {
  io.out(values.json ? JSON.stringify(result) : text);
}

async function hint({ topics }: Connected, cameraId: string): Promise<void> {
  const message: CameraChanged = { type: 'camera.changed', v: 1, cameraId };
  await topics.publish(topicNames.cameraChanged, message);
}

async function list(request: Request): Promise<void> {
  const { values, io } = request;
  const cameras = await withSystem(io, values.data, ({ database }) => listCameras(database));
  const text = cameras.length === 0 ? 'There are no cameras.' : cameras.map(sentence).join('\n');
  answer(request, { cameras: cameras.map(shown) }, text);
}

function wantedFields({ values }: Request) {
  const fps = Number(values.fps);
  if (!Number.isFinite(fps) || fps < 0 || fps > MOST_FPS) {
    throw new AppError('invalid-input', `--fps ${values.fps} is not a number from 0 to ${MOST_FPS}.`);
  }
  const { privacy } = values;
  if (privacy !== 'full' && privacy !== 'pose-only') {
    throw new AppError('invalid-input', `--privacy ${privacy} is neither full nor pose-only.`);
  }
  return { name: need(values.name, '--name'), fps, privacy } as const;
}

async function add(request: Request): Promise<void> {
  const fields = wantedFields(request);
  const { url, credentials } = splitCameraUrl(need(request.operand, 'URL'));
  const camera = await withSystem(request.io, request.values.data, async (connected) => {
    const { database, system } = connected;
    const most = system.settings.POSEWATCH_MAX_CAMERAS;
    if ((await listCameras(database)).length >= most) {
      throw new AppError('conflict', `There are ${most} cameras already, which is the limit (POSEWATCH_MAX_CAMERAS).`);
    }
    const sealed = credentials === null ? null : openSecretBox(system.places.data).seal(credentials);
    const made = await createCamera(database, newId('cam', secureRandom), { ...fields, url, credentials: sealed });
    await hint(connected, made.id);
    return made;
  });
  answer(request, { camera: shown(camera) }, sentence(camera));
}

async function remove(request: Request): Promise<void> {
  const id = need(request.operand, 'ID');
  await withSystem(request.io, request.values.data, async (connected) => {
    const camera = await cameraById(connected.database, id);
    if (camera?.kind !== 'live') throw new AppError('not-found', `There is no camera ${id}.`);
    await removeCamera(connected.database, id, new Date(systemClock.nowMs()));
    await hint(connected, id);
  });
  answer(request, { removed: id }, `${id} is removed; its tracks and alerts stay.`);
}

async function test(request: Request): Promise<void> {
  const url = need(request.operand, 'URL');
  splitCameraUrl(url);
  const { source, codec, fps } = await probe(url, { timeoutMs: PROBE_MS, signal: request.io.signal });
  const rate = fps === null ? '' : ` at ${Math.round(fps * 100) / 100} fps`;
  answer(
    request,
    { ok: true, ...source, codec, fps },
    `It answers: ${codec} ${source.widthPx}x${source.heightPx}${rate}`,
  );
}

const actions: Readonly<Record<string, ((request: Request) => Promise<void>) | undefined>> = {
  list,
  add,
  remove,
  test,
};

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 2 });
  const name = positionals.at(0) ?? '';
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) {
    throw new AppError('invalid-input', `"cameras ${name}" is not known; use ${Object.keys(actions).join(', ')}.`);
  }
  await action({ operand: positionals.at(1), values, io });
}

export const cameras: Command = { name: 'cameras', summary: 'list, add, remove and try out cameras', usage, run };
