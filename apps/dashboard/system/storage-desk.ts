import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { databaseBytes } from '#storage/database.js';
import type { StorageAnswer } from '../api/schemas/events.js';
import { PARTS, type Parts } from '../parts.js';
import { diskOf, folderBytes } from './storage-use.js';

/** Folders are walked at most this often, however many ask. */
const FRESH_MS = 30_000;

/** Says what takes room, and how much there is. */
@Injectable()
export class StorageDesk {
  private known: { readonly atMs: number; readonly answer: Promise<StorageAnswer> } | null = null;

  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** Up to half a minute old. */
  read(): Promise<StorageAnswer> {
    const nowMs = this.parts.clock.monotonicMs();
    if (this.known !== null && nowMs - this.known.atMs < FRESH_MS) return this.known.answer;
    const answer = this.measure();
    this.known = { atMs: nowMs, answer };
    answer.catch(() => {
      this.known = null;
    });
    return answer;
  }

  private async measure(): Promise<StorageAnswer> {
    const { settings, database } = this.parts;
    const dataDir = path.resolve(settings.POSEWATCH_DATA_DIR);
    const inData = (name: string): Promise<number> => folderBytes(path.join(dataDir, name));
    const part = (name: StorageAnswer['parts'][number]['name'], bytes: number, limitBytes: number | null = null) => {
      return { name, bytes, limitBytes };
    };
    return {
      parts: [
        part('recordings', await inData('recordings'), settings.POSEWATCH_RECORDING_MAX_BYTES),
        part('uploads', await inData('uploads')),
        part('snapshots', await inData('snapshots')),
        part('models', await folderBytes(settings.POSEWATCH_MODELS_DIR)),
        part('database', await databaseBytes(database)),
      ],
      disk: await diskOf(dataDir),
    };
  }
}
