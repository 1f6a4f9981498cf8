import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { errorCode } from '#base/errors.js';
import { frameTimeline } from '#media/frame-timeline.js';
import { searchMovements } from '#storage/movement-search.js';
import { exampleAt, exampleOf, searchPoses } from '#storage/pose-search.js';
import { trackDensity } from '#storage/track-density.js';
import { checkExport, trackExport, type ExportExtent, type TrackFormat } from '#storage/track-exports.js';
import type { TrackSearch } from '#storage/track-filter.js';
import { searchTracks } from '#storage/track-search.js';
import type * as schema from '../api/schemas/search.js';
import { PARTS, type Parts } from '../parts.js';

/** Media type and file ending of each format. */
const files: Readonly<Record<TrackFormat, readonly [string, string]>> = {
  json: ['application/json', 'json'],
  csv: ['text/csv; charset=utf-8', 'csv'],
  posetrack: ['application/json', 'posetrack.json'],
  coco: ['application/json', 'coco.json'],
  mot: ['text/plain; charset=utf-8', 'mot.txt'],
};

function searchOf({ cameraId, posture, ...rest }: schema.SearchFilter): TrackSearch {
  return { ...rest, cameraIds: cameraId, postures: posture };
}

/** Searches stored tracks and poses. All throw AppError `invalid-input` naming the field, and `unavailable`. */
@Injectable()
export class SearchDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  async tracks({ cursor, limit, ...filter }: schema.SearchTracksQuery): Promise<schema.SearchTracksAnswer> {
    const { rows, nextCursor, total } = await searchTracks(this.parts.database, searchOf(filter), { cursor, limit });
    const tracks = rows.map(({ stays, crossings, postures, ...row }) => ({
      ...row,
      postures: [...postures],
      stays: [...stays],
      crossings: [...crossings],
    }));
    return { tracks, nextCursor, total };
  }

  async density({ buckets, ...filter }: schema.DensityQuery): Promise<schema.DensityAnswer> {
    const { counts, ...density } = await trackDensity(this.parts.database, searchOf(filter), buckets);
    return { ...density, counts: [...counts] };
  }

  async similar({ moment, keypoints, filter, ...page }: schema.SimilarRequest): Promise<schema.SimilarAnswer> {
    const { database } = this.parts;
    const example = moment === undefined ? exampleOf(keypoints ?? [], 'keypoints') : await exampleAt(database, moment);
    const { rows, ...rest } = await searchPoses(database, { example, search: searchOf(filter), ...page });
    return { matches: [...rows], ...rest };
  }

  async movements({ movement, filter, ...page }: schema.MovementsRequest): Promise<schema.MovementsAnswer> {
    const wanted = { example: movement, search: searchOf(filter), ...page };
    const { rows, ...rest } = await searchMovements(this.parts.database, wanted);
    return { matches: [...rows], ...rest };
  }

  /** What `export` would write, or why it would refuse: a browser that saves a download does not show what went wrong. */
  extent({ format, ...filter }: schema.ExportQuery): Promise<ExportExtent> {
    return checkExport(this.parts.database, searchOf(filter), format);
  }

  /** Writes everything that matches as a download, as fast as the client takes it. Refuses before the first byte. */
  async export({ format, ...filter }: schema.ExportQuery, response: Response): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const readFrameTimes = async (file: string): Promise<Float64Array> =>
      (await frameTimeline(file, gone.signal)).ptsUs;
    const pieces = trackExport(this.parts.database, searchOf(filter), { format, readFrameTimes });
    const first = await pieces.next();
    const [mediaType, ending] = files[format];
    response.setHeader('content-type', mediaType);
    response.setHeader('content-disposition', `attachment; filename="posewatch-tracks.${ending}"`);
    response.setHeader('cache-control', 'private, no-store');
    try {
      await pipeline(Readable.from(rejoined(first, pieces)), response);
    } catch (thrown) {
      // Whoever stops a download has what they wanted.
      if (errorCode(thrown) !== 'ERR_STREAM_PREMATURE_CLOSE') throw thrown;
    }
  }
}

async function* rejoined(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done !== true) yield first.value;
  yield* rest;
}
