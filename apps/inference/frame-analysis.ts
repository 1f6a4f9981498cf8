import type { Clock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import { frameId, type FrameKey } from '#base/ids.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import type { DropReason, PosesEstimated } from '#contracts/poses-estimated.js';
import type { Logger } from '#observability/logger.js';
import type { FrameResult, FrameToAnalyse } from './batcher.js';

/** What the analysis of a frame needs of the world. */
export interface AnalysisParts {
  /** Null when the pixels are gone. */
  readonly pixels: (key: FrameKey) => Promise<Buffer | null>;
  readonly analyse: (frame: FrameToAnalyse) => Promise<FrameResult>;
  /** The model that runs here. */
  readonly modelId: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What the tracker is told about a frame: its poses, or why there are none. A live frame past its time or without its pixels is
 * `expired`; one that the model cannot take is `failed`. Null for a file's frame without its pixels: either the tracker is done with
 * it, or Redis lost it and ingest sends it again; a file never drops.
 * @throws AppError `unavailable` while the service stops: the message goes back to the queue.
 */
export async function analyseFrame(message: FrameCaptured, parts: AnalysisParts): Promise<PosesEstimated | null> {
  try {
    if (message.expiresAtMs !== null && message.expiresAtMs < parts.clock.nowMs()) return skipped(message, 'expired');
    if (message.profile !== 'fast' || (message.modelId ?? parts.modelId) !== parts.modelId)
      throw new AppError(
        'invalid-input',
        `Profile ${message.profile} with model ${message.modelId ?? 'of its own'} is not the one that runs here (${parts.modelId})`,
      );
    const pixels = await parts.pixels(message);
    if (pixels === null) return message.policy === 'file' ? null : skipped(message, 'expired');
    const { cameraId, analysis, source, expiresAtMs } = message;
    const result = await parts.analyse({ cameraId, pixels, analysis, source, expiresAtMs });
    return result.kind === 'expired' ? skipped(message, 'expired') : estimated(message, result, parts.modelId);
  } catch (thrown) {
    const problem = asAppError(thrown);
    if (problem.kind === 'cancelled') throw new AppError('unavailable', 'inference stops', { cause: problem });
    parts.log.error({ frame: frameId(message), problem: problem.message }, 'frame not analysed');
    return skipped(message, 'failed');
  }
}

function header(message: FrameCaptured) {
  const { cameraId, epoch, seq, capturedAtMs, ptsUs, traceId, policy, source } = message;
  const frame = { cameraId, epoch, seq, capturedAtMs, ptsUs, traceId, policy, source };
  return { type: 'poses.estimated', v: 1, ...frame } as const;
}

function skipped(message: FrameCaptured, reason: DropReason): PosesEstimated {
  return { ...header(message), outcome: 'skipped', reason };
}

function estimated(
  message: FrameCaptured,
  result: Extract<FrameResult, { kind: 'analysed' }>,
  modelId: string,
): PosesEstimated {
  const { analysis, profile } = message;
  const poses = result.poses.map(({ box, score, keypoints }) => ({
    box: [...box] as [number, number, number, number],
    score,
    keypoints: [...keypoints],
  }));
  const { provider, inferenceMs } = result;
  return { ...header(message), outcome: 'poses', analysis, poses, profile, modelId, provider, inferenceMs };
}
