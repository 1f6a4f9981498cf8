import { Inject, Injectable } from '@nestjs/common';
import { AppError, asAppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import { cameraHealth } from '#contracts/camera-health.js';
import { healthKey } from '#contracts/channels.js';
import { readMinutes } from '#messaging/camera-minutes.js';
import { profileOf } from '#pose/profile.js';
import { joinCameraUrl, splitCameraUrl } from '#security/camera-url.js';
import {
  cameraById,
  createCamera,
  listCameras,
  removeCamera,
  restoreCamera,
  updateCamera,
  type Camera,
  type CameraFields,
} from '#storage/cameras.js';
import type { CameraChange, CameraInput, CameraMinutes, CameraTestAnswer, CameraView } from '../api/schemas/cameras.js';
import { hintCameraChanged } from '../camera-hint.js';
import { ModelDesk } from '../models/model-desk.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { within } from '../within.js';
import { cameraViewOf } from './camera-view.js';

const HEALTH_WAIT_MS = 500;
const DEFAULT_FPS = 10;

/** Adds, changes, tests and removes live cameras. */
@Injectable()
export class CameraDesk {
  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(ModelDesk) private readonly models: ModelDesk,
  ) {}

  /** All cameras in their order on the wall. */
  async list(): Promise<CameraView[]> {
    const rows = await listCameras(this.parts.database);
    return Promise.all(rows.map((row) => this.view(row)));
  }

  /** @throws AppError `not-found`. */
  async read(id: string): Promise<CameraView> {
    return this.view(await this.live(id));
  }

  /** @throws AppError `invalid-input` for a URL no camera is reached by, `conflict` when there are too many cameras. */
  async create(input: CameraInput): Promise<CameraView> {
    const { database, random, secretBox, settings } = this.parts;
    const { url, credentials } = splitCameraUrl(input.url);
    const most = settings.POSEWATCH_MAX_CAMERAS;
    if ((await listCameras(database)).length >= most) {
      throw new AppError('conflict', `There are ${most} cameras already, which is the limit (POSEWATCH_MAX_CAMERAS).`);
    }
    const { profile = 'fast', modelId = null } = input;
    await this.models.check({ profile, modelId });
    const row = await createCamera(database, newId('cam', random), {
      ...{ fps: DEFAULT_FPS, ...definedFields(input) },
      url,
      credentials: credentials === null ? null : secretBox.seal(credentials),
    });
    return this.told(row);
  }

  /** @throws AppError `not-found`; `invalid-input` for a bad URL, or a model that does not fit the profile. */
  async change(id: string, change: CameraChange): Promise<CameraView> {
    const before = await this.live(id);
    const { url, ...fields } = definedFields(change);
    const { profile = profileOf(before.profile), modelId = before.modelId } = fields;
    // A model that was removed since does not stand in the way of other changes.
    if (profile !== before.profile || modelId !== before.modelId) await this.models.check({ profile, modelId });
    const address = url === undefined ? {} : this.addressFields(url, before);
    return this.told(await updateCamera(this.parts.database, id, { ...fields, ...address }));
  }

  /** How it was over the last hours, minute by minute. @throws AppError `not-found`. */
  async minutes(id: string): Promise<CameraMinutes> {
    await this.live(id);
    const { redis, clock, settings } = this.parts;
    const hours = settings.POSEWATCH_HEALTH_HOURS;
    const toMs = clock.nowMs();
    return { hours, minutes: await readMinutes(redis, id, { fromMs: toMs - hours * 3_600_000, toMs }) };
  }

  /** Hides a camera; `restore` brings it back. @throws AppError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.live(id);
    await removeCamera(this.parts.database, id, new Date(this.parts.clock.nowMs()));
    hintCameraChanged(this.parts, id);
  }

  /** @throws AppError `not-found` when it never was there, or was deleted too long ago. */
  async restore(id: string): Promise<CameraView> {
    const row = await restoreCamera(this.parts.database, id);
    return this.told(row);
  }

  /** Tries to reach a camera; that it cannot be reached is an answer, not a failure. */
  async test(text: string): Promise<CameraTestAnswer> {
    const nothing = { widthPx: null, heightPx: null, codec: null, fps: null };
    try {
      splitCameraUrl(text);
      return { ok: true, problem: null, ...(await this.parts.probe(text)) };
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.kind === 'internal') throw error;
      return { ok: false, problem: error.message, ...nothing };
    }
  }

  /** Stored credentials fill what a changed address lacks, and never travel to another host. */
  private addressFields(text: string, before: Camera): Partial<CameraFields> {
    const { host } = new URL(splitCameraUrl(text).url);
    const sameHost = before.url !== null && new URL(before.url).host === host;
    const known = sameHost ? this.credentialsOf(before) : null;
    const { url, credentials } = splitCameraUrl(joinCameraUrl({ url: text, credentials: known }));
    return { url, credentials: credentials === null ? null : this.parts.secretBox.seal(credentials) };
  }

  /** Null also where the key file is another one now: they must be entered again, and that must be possible. */
  private credentialsOf({ credentials }: Camera): string | null {
    if (credentials === null) return null;
    try {
      return this.parts.secretBox.open(credentials);
    } catch (thrown) {
      if (asAppError(thrown).kind === 'data-loss') return null;
      throw thrown;
    }
  }

  private async live(id: string): Promise<Camera> {
    const row = await cameraById(this.parts.database, id);
    return found(row?.kind === 'live' ? row : null, 'camera', id);
  }

  private told(row: Camera): Promise<CameraView> {
    hintCameraChanged(this.parts, row.id);
    return this.view(row);
  }

  private async view(row: Camera): Promise<CameraView> {
    const health = this.parts.keyValues.getJson(healthKey(row.id), cameraHealth);
    return cameraViewOf(row, await within(health, HEALTH_WAIT_MS, null));
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that are undefined. */
function definedFields<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}
