import { access } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import type { CocoImage } from '#evaluation/coco-annotations.js';
import { analysisSize } from '#geometry/letterbox.js';
import { openFileSession } from '#media/file-session.js';
import { probe } from '#media/probe.js';
import type { PoolFrame } from '#onnx/session-pool.js';
import { analysisArea, type ProfileName } from '#pose/profile.js';

/** How the pictures of an annotated set become frames: as a camera of these settings would have it. */
export interface FrameNeeds {
  /** Folder of the picture files. */
  readonly folder: string;
  readonly profile: ProfileName;
  readonly wide: boolean;
  /** Pixels of a `fast` frame. */
  readonly areaPx: number;
  readonly signal: AbortSignal;
}

const STRIDE_PX = 32;
const PROBE_MS = 30_000;
const NAMED = 3;

/** @throws AppError `not-found` that names the first pictures that are not there. */
export async function needPictures(images: readonly CocoImage[], folder: string): Promise<void> {
  const found = await Promise.all(
    images.map(({ fileName }) =>
      access(path.join(folder, fileName)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = images.filter((_, at) => !found[at]).map(({ fileName }) => fileName);
  if (missing.length === 0) return;
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  throw new AppError(
    'not-found',
    `${missing.length} of ${images.length} annotated pictures are not in ${folder}: ${missing.slice(0, NAMED).join(', ')}${more}.`,
  );
}

/**
 * One picture as the frame that the product would analyse: a file of one frame, decoded and scaled by FFmpeg.
 * @throws AppError `data-loss` where the file is damaged or not of the annotated size.
 */
export async function readPicture(image: CocoImage, needs: FrameNeeds): Promise<PoolFrame> {
  const file = path.join(needs.folder, image.fileName);
  const { source } = await probe(file, { timeoutMs: PROBE_MS, name: image.fileName, signal: needs.signal });
  const { widthPx, heightPx } = image.size;
  if (source.widthPx !== widthPx || source.heightPx !== heightPx) {
    const annotated = `its annotations are for ${widthPx} × ${heightPx}`;
    throw new AppError('data-loss', `${file} has ${source.widthPx} × ${source.heightPx} pixels; ${annotated}.`);
  }
  const analysis = analysisSize(source, { areaPx: analysisArea({ ...needs, source }), stridePx: STRIDE_PX });
  const session = await openFileSession(file, { source, analysis, fps: 0 }, image.fileName);
  try {
    const frames: PoolFrame[] = [];
    for await (const { pixels } of session.frames) frames.push({ pixels, analysis, source });
    const { problem, undecodable } = await session.ended;
    if (problem !== null || undecodable > 0 || frames.length !== 1)
      throw new AppError('data-loss', `${file} is damaged, or not one picture.`, { cause: problem ?? undefined });
    return frames[0];
  } finally {
    await session.stop();
  }
}
