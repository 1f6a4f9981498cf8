import type { TracksUpdated } from '#contracts/tracks-updated.js';
import type { ProfileName } from '#pose/profile.js';

/** What ran on frames of one input. */
export interface UsedPipeline {
  readonly profile: ProfileName;
  /** Id of the model that found the joints; in metres, for `pose3d`. */
  readonly model: string;
  /** Execution provider: `cpu`, `cuda` or `webgpu`. */
  readonly provider: string;
  readonly frames: number;
}

interface CameraFrames {
  readonly ptsUs: Set<number>;
  readonly used: Map<string, UsedPipeline>;
}

/** Which frames of each video were analysed, and by what, as the tracker tells it. A frame that is told twice counts once. */
export class AnalysedFrames {
  private readonly cameras = new Map<string, CameraFrames>();

  note({ cameraId, ptsUs, analysed, profile, modelId, provider }: TracksUpdated): void {
    if (!analysed) return;
    const frames = this.cameras.get(cameraId) ?? { ptsUs: new Set<number>(), used: new Map<string, UsedPipeline>() };
    this.cameras.set(cameraId, frames);
    if (frames.ptsUs.has(ptsUs)) return;
    frames.ptsUs.add(ptsUs);
    if (profile === undefined || modelId === undefined || provider === null) return;
    const key = `${profile} ${modelId} ${provider}`;
    const known = frames.used.get(key)?.frames ?? 0;
    frames.used.set(key, { profile, model: modelId, provider, frames: known + 1 });
  }

  /** Media times of a video's analysed frames. */
  ptsUs(cameraId: string): ReadonlySet<number> {
    return this.cameras.get(cameraId)?.ptsUs ?? new Set();
  }

  /** What ran, on most frames first. */
  used(cameraId: string): readonly UsedPipeline[] {
    const used = [...(this.cameras.get(cameraId)?.used.values() ?? [])];
    return used.sort((a, b) => b.frames - a.frames);
  }
}
