import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import { removeCamera, restoreCamera } from '#storage/cameras.js';
import { createVideo, listVideos, setVideoStatus, videoById, type StoredVideo } from '#storage/videos.js';
import { HttpProblem } from '../api/http-problem.js';
import type { UploadQuery, VideoView } from '../api/schemas/videos.js';
import { hintCameraChanged } from '../camera-hint.js';
import { ModelDesk } from '../models/model-desk.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { keptExtension, mediaTypeOf } from '../playback/media-type.js';
import type { StoredFile } from '../playback/stored-file.js';
import { within } from '../within.js';
import { drain } from './drain.js';
import { receiveUpload } from './receive-upload.js';
import { sendTracksFile } from './tracks-file.js';
import { videoViewOf } from './video-view.js';

const QUEUE_WAIT_MS = 2000;
const DEFAULT_FPS = 10;

/** Takes uploads in and shows what became of them. */
@Injectable()
export class VideoDesk {
  private uploads = 0;

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(ModelDesk) private readonly models: ModelDesk,
  ) {}

  /** Videos that are not deleted, newest first. */
  async list(): Promise<VideoView[]> {
    return (await listVideos(this.parts.database)).map(videoViewOf);
  }

  /** @throws AppError `not-found`. */
  async read(id: string): Promise<VideoView> {
    return videoViewOf(await this.row(id));
  }

  /** Stores the body of a request as a video and queues it. See `receiveUpload` for what is refused. */
  async upload(query: UploadQuery, request: Request): Promise<VideoView> {
    try {
      const limit = this.parts.settings.POSEWATCH_UPLOADS_AT_ONCE;
      if (this.uploads >= limit) throw tooManyUploads(limit);
      this.uploads++;
      try {
        return await this.receive(query, request);
      } finally {
        this.uploads--;
      }
    } catch (thrown) {
      drain(request);
      throw thrown;
    }
  }

  /** Hides a video and stops its analysis; `restore` shows it again. @throws AppError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.row(id);
    const at = new Date(this.parts.clock.nowMs());
    await setVideoStatus(this.parts.database, id, { status: 'cancelled', at });
    await removeCamera(this.parts.database, id, at);
    hintCameraChanged(this.parts, id);
  }

  /** @throws AppError `not-found` when it never was there, or was deleted too long ago. */
  async restore(id: string): Promise<VideoView> {
    await restoreCamera(this.parts.database, id);
    return this.read(id);
  }

  /** Stops the analysis; what was found so far stays. @throws AppError `not-found`; `conflict` when it is finished. */
  async cancel(id: string): Promise<VideoView> {
    const row = await this.row(id);
    const at = new Date(this.parts.clock.nowMs());
    const cancelled = await setVideoStatus(this.parts.database, id, { status: 'cancelled', at });
    if (!cancelled)
      throw new AppError('conflict', `"${row.fileName}" is ${row.status} and cannot be cancelled any more.`);
    hintCameraChanged(this.parts, id);
    return this.read(id);
  }

  /** The file a player gets: a copy that browsers play where the original does not. @throws AppError `not-found`. */
  async media(id: string): Promise<StoredFile> {
    const row = await this.row(id);
    if (row.path === '')
      throw new AppError('not-found', `"${row.fileName}" was imported without a picture: there are only its tracks.`);
    const file = row.playbackPath ?? row.path;
    return { dataDir: this.dataDir(), file, mediaType: mediaTypeOf(file) };
  }

  /** Writes every track with its poses as a download. @throws AppError `not-found`. */
  async download(id: string, response: Response): Promise<void> {
    await sendTracksFile(this.parts.database, await this.row(id), response);
  }

  private async row(id: string): Promise<StoredVideo> {
    return found(await videoById(this.parts.database, id), 'video', id);
  }

  private async receive(query: UploadQuery, request: Request): Promise<VideoView> {
    const { settings, random, clock, database, metrics } = this.parts;
    const { profile = 'fast', modelId = null } = query;
    await this.models.check({ profile, modelId });
    const id = newId('vid', random);
    const length = Number(request.headers['content-length']);
    const { file, bytes } = await receiveUpload(request, {
      folder: path.join(this.dataDir(), 'uploads'),
      id,
      extension: keptExtension(query.name),
      maxBytes: settings.POSEWATCH_MAX_UPLOAD_BYTES,
      limit: 'POSEWATCH_MAX_UPLOAD_BYTES',
      announcedBytes: Number.isSafeInteger(length) ? length : null,
      onBytes: (count) => {
        metrics.uploadBytes.inc(count);
      },
    });
    const startedAtMs = query.startedAtMs ?? clock.nowMs();
    const fps = query.fps ?? DEFAULT_FPS;
    try {
      const stored = { id, fileName: query.name, path: file, bytes, startedAtMs, fps, profile, modelId };
      const row = await createVideo(database, stored);
      await this.queue(id);
      return videoViewOf(row);
    } catch (thrown) {
      await rm(file, { force: true });
      throw thrown;
    }
  }

  /** The row is the truth: a message that Redis cannot take now is sent again by ingest, which looks for waiting rows. */
  private async queue(id: string): Promise<void> {
    const sent = this.parts.videos.send(id, { type: 'video.uploaded', v: 1, cameraId: id });
    sent.catch((problem: unknown) => {
      this.parts.log.warn({ event: 'video.not-queued', cameraId: id, err: problem }, 'the video waits to be queued');
    });
    await within(
      sent.catch(() => undefined),
      QUEUE_WAIT_MS,
      undefined,
    );
  }

  private dataDir(): string {
    return path.resolve(this.parts.settings.POSEWATCH_DATA_DIR);
  }
}

function tooManyUploads(limit: number): HttpProblem {
  return new HttpProblem(429, {
    kind: 'unavailable',
    message: `${limit} uploads are under way, which is the limit (POSEWATCH_UPLOADS_AT_ONCE). Try again when one is done.`,
    details: { limit },
    retryAfterSec: 10,
  });
}
