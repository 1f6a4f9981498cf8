import type { Clock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import { frameId, type FrameKey } from '#base/ids.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import type { DropReason, PosesEstimated } from '#contracts/poses-estimated.js';
import type { Logger } from '#observability/logger.js';
import type { FrameResult, FrameToAnalyse } from './batcher.js';
import type { Candidate, PipelineDesk } from './pipeline-desk.js';

/** Which pipelines to try for a frame; it is told what came of each. */
export type PipelineSource = Pick<PipelineDesk, 'candidates' | 'worked' | 'failed'>;

/** What the analysis of a frame needs of the world. */
export interface AnalysisParts {
  /** Null when the pixels are gone. */
  readonly pixels: (key: FrameKey) => Promise<Buffer | null>;
  readonly analyse: (frame: FrameToAnalyse) => Promise<FrameResult>;
  readonly pipelines: PipelineSource;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What the tracker is told about a frame: its poses, or why there are none. A live frame past its time or without its pixels is
 * `expired`; one that no pipeline can take is `failed`. Null for a file's frame without its pixels: either the tracker is done with
 * it, or Redis lost it and ingest sends it again; a file never drops.
 * @throws AppError `unavailable` while the service stops: the message goes back to the queue.
 */
export async function analyseFrame(message: FrameCaptured, parts: AnalysisParts): Promise<PosesEstimated | null> {
  try {
    if (message.expiresAtMs !== null && message.expiresAtMs < parts.clock.nowMs()) return skipped(message, 'expired');
    const pixels = await parts.pixels(message);
    if (pixels === null) return message.policy === 'file' ? null : skipped(message, 'expired');
    return await tryPipelines(message, pixels, parts);
  } catch (thrown) {
    const problem = asAppError(thrown);
    if (problem.kind === 'cancelled') throw new AppError('unavailable', 'inference stops', { cause: problem });
    parts.log.error({ frame: frameId(message), problem: problem.message }, 'frame not analysed');
    return skipped(message, 'failed');
  }
}

/** The wanted pipeline, or what stands in for it. @throws AppError of the last one tried. */
async function tryPipelines(message: FrameCaptured, pixels: Buffer, parts: AnalysisParts): Promise<PosesEstimated> {
  const { cameraId, analysis, source, expiresAtMs, profile, modelId } = message;
  let last: AppError | null = null;
  for (const candidate of parts.pipelines.candidates(cameraId, { profile, modelId })) {
    try {
      const { plan } = candidate;
      const result = await parts.analyse({ cameraId, pixels, analysis, source, expiresAtMs, plan });
      if (result.kind === 'expired') return skipped(message, 'expired');
      parts.pipelines.worked(cameraId, candidate);
      return estimated(message, result, candidate);
    } catch (thrown) {
      last = asAppError(thrown);
      const isFramesFault = last.kind === 'invalid-input' || last.kind === 'cancelled';
      if (isFramesFault) throw last;
      parts.pipelines.failed(candidate, last);
    }
  }
  throw last ?? new AppError('unavailable', 'No pipeline can be used');
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
  { choice, plan }: Candidate,
): PosesEstimated {
  const { analysis } = message;
  const poses = result.poses.map(({ box, score, keypoints, joints3d }) => ({
    box: [...box] as [number, number, number, number],
    score,
    keypoints: [...keypoints],
    ...(joints3d === undefined ? {} : { joints3d: [...joints3d] }),
  }));
  const { provider, inferenceMs } = result;
  const ran = { profile: choice.profile, modelId: plan.pose.id, provider, inferenceMs };
  return { ...header(message), outcome: 'poses', analysis, poses, ...ran };
}
