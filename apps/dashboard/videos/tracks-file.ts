import { once } from 'node:events';
import type { Response } from 'express';
import type { Database } from '#storage/database.js';
import { trackKeys, trackSegments } from '#storage/track-queries.js';
import type { StoredVideo } from '#storage/videos.js';
import { posesOf } from '../playback/stored-poses.js';

/**
 * Writes `{video, source, tracks: [{trackNo, poses: […]}]}` as a download, one track at a time, so that a long video needs no
 * more memory than its longest track. Stops when the browser leaves.
 */
export async function sendTracksFile(database: Database, video: StoredVideo, response: Response): Promise<void> {
  const { sourceWidthPx, sourceHeightPx } = video.camera;
  const source = sourceWidthPx === null ? null : { widthPx: sourceWidthPx, heightPx: sourceHeightPx };
  response.attachment(`${video.fileName}.tracks.json`).type('application/json');
  const head = { video: video.fileName, startedAtMs: video.startedAtMs, source };
  response.write(`${JSON.stringify(head).slice(0, -1)},"tracks":[`);
  let first = true;
  for (const key of await trackKeys(database, video.cameraId)) {
    if (response.destroyed) return;
    const segments = await trackSegments(database, key);
    const track = JSON.stringify({ epoch: key.epoch, trackNo: key.trackNo, poses: segments.flatMap(posesOf) });
    if (!response.write(first ? `\n${track}` : `,\n${track}`)) await drained(response);
    first = false;
  }
  response.end('\n]}\n');
}

async function drained(response: Response): Promise<void> {
  const gone = new AbortController();
  const onClose = (): void => {
    gone.abort();
  };
  response.once('close', onClose);
  await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
  response.off('close', onClose);
}
