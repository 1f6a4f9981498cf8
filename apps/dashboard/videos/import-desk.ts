import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import { videoById } from '#storage/videos.js';
import { HttpProblem } from '../api/http-problem.js';
import type { ImportAnswer, ImportProgress, ImportQuery } from '../api/schemas/imports.js';
import { found } from '../not-found.js';
import { PARTS, type Parts } from '../parts.js';
import { drain } from './drain.js';
import { importInThread, type ImportResult } from './import-thread.js';
import { receiveUpload } from './receive-upload.js';
import { videoViewOf } from './video-view.js';

const LINGER_MS = 5000;

/** Takes files of tracks in: all of a file or nothing. */
@Injectable()
export class ImportDesk {
  private running = 0;
  private readonly told = new Map<string, ImportProgress>();

  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** Stores the body of a request as a video. @throws AppError as `importInThread`; HttpProblem as `receiveUpload`, 429. */
  async import(query: ImportQuery, request: Request, response: Response): Promise<ImportAnswer> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    try {
      const limit = this.parts.settings.POSEWATCH_IMPORTS_AT_ONCE;
      if (this.running >= limit) throw tooMany(limit);
      this.running++;
      try {
        const { id, ...result } = await this.receive(query, request, gone.signal);
        const row = found(await videoById(this.parts.database, id), 'video', id);
        return { video: videoViewOf(row), ...result, leftOut: { ...result.leftOut } };
      } finally {
        this.running--;
        this.forget(query);
      }
    } catch (thrown) {
      drain(request);
      throw thrown;
    }
  }

  /** How far the import with that ticket is, or was some seconds ago. @throws AppError `not-found` when there is none. */
  progress(ticket: string): ImportProgress {
    const progress = this.told.get(ticket);
    if (progress !== undefined) return progress;
    throw new AppError('not-found', `No import with the ticket ${ticket} is under way.`, { details: { ticket } });
  }

  private async receive(query: ImportQuery, request: Request, signal: AbortSignal): Promise<ImportResult> {
    const { settings, random, metrics } = this.parts;
    this.tell(query, { stage: 'receiving', done: 0, total: 0 });
    const length = Number(request.headers['content-length']);
    const { file } = await receiveUpload(request, {
      folder: path.join(path.resolve(settings.POSEWATCH_DATA_DIR), 'uploads'),
      // A name of its own until the content is known: what is left of it after a crash belongs to no video, and is swept.
      id: newId('vid', random),
      extension: '.import',
      maxBytes: settings.POSEWATCH_IMPORT_MAX_BYTES,
      limit: 'POSEWATCH_IMPORT_MAX_BYTES',
      announcedBytes: Number.isSafeInteger(length) ? length : null,
      onBytes: (count) => {
        metrics.uploadBytes.inc(count);
      },
    });
    try {
      this.tell(query, { stage: 'reading', done: 0, total: 0 });
      return await this.store(query, file, signal);
    } finally {
      await rm(file, { force: true });
    }
  }

  private store(query: ImportQuery, file: string, signal: AbortSignal): Promise<ImportResult> {
    const { settings, clock, importWorker: worker } = this.parts;
    const { name, format = null, fps = null, widthPx, heightPx, link } = query;
    const nowMs = clock.nowMs();
    return importInThread(
      {
        ...{ databaseUrl: settings.DATABASE_URL, file, name, format, fps, nowMs },
        size: widthPx === undefined || heightPx === undefined ? null : { widthPx, heightPx },
        startedAtMs: query.startedAtMs ?? nowMs,
        link: link === undefined ? null : link === 'yes',
      },
      {
        ...{ worker, maxBytes: settings.POSEWATCH_IMPORT_MAX_BYTES, signal },
        onProgress: (done, total) => {
          this.tell(query, { stage: 'storing', done, total });
        },
      },
    );
  }

  /** Whoever follows it may still ask while the answer is on its way. */
  private forget({ ticket }: ImportQuery): void {
    if (ticket === undefined) return;
    setTimeout(() => this.told.delete(ticket), LINGER_MS).unref();
  }

  private tell({ ticket }: ImportQuery, progress: ImportProgress): void {
    if (ticket !== undefined) this.told.set(ticket, progress);
  }
}

function tooMany(limit: number): HttpProblem {
  return new HttpProblem(429, {
    kind: 'unavailable',
    message: `${limit} imports are under way, which is the limit (POSEWATCH_IMPORTS_AT_ONCE). Try again when one is done.`,
    details: { limit },
    retryAfterSec: 10,
  });
}
