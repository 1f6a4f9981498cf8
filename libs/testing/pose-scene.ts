/** Synthetic streams of `poses.estimated`: people who walk, stand or run before a camera of 1280 × 720, analysed at 512 × 288. */
import { seededRandom } from '#base/random.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';

type Analysed = Extract<PosesEstimated, { outcome: 'poses' }>;

/** A person of 200 px: where the feet are at a time; null: not in the picture. */
export type Path = (sec: number) => { readonly x: number; readonly y: number } | null;

/** What is filmed. `fps`: analysed frames a second. */
export interface Scene {
  readonly cameraId: string;
  readonly epoch: number;
  readonly policy: 'live' | 'file';
  readonly frames: number;
  readonly fps: number;
  readonly people: readonly Path[];
  /** Wall clock of the first frame, milliseconds. */
  readonly startMs?: number;
}

export const sceneSource = { widthPx: 1280, heightPx: 720 } as const;
export const sceneAnalysis = { widthPx: 512, heightPx: 288 } as const;

const HEIGHT_PX = 200;

/** Every frame of a scene with poses, then `ended`. The same scene gives the same messages. */
export function sceneMessages(scene: Scene): PosesEstimated[] {
  const random = seededRandom(scene.epoch + 17);
  const jitter = (): number => (random() - 0.5) * 2;
  const poses = Array.from({ length: scene.frames }, (_, seq): PosesEstimated => {
    const people = scene.people.flatMap((path) => {
      const foot = path(seq / scene.fps);
      return foot === null ? [] : [personAt(foot, jitter)];
    });
    return { ...header(scene, seq), outcome: 'poses', analysis: sceneAnalysis, poses: people, ...made };
  });
  return [...poses, { ...header(scene, scene.frames), outcome: 'ended', how: 'complete' }];
}

const made = { profile: 'fast', modelId: 'test', provider: 'cpu', inferenceMs: 1 } as const;

function header(scene: Scene, seq: number) {
  const { cameraId, epoch, policy, fps, startMs = 1_700_000_000_000 } = scene;
  const ptsUs = Math.round((seq * 1e6) / fps);
  return {
    ...({ type: 'poses.estimated', v: 1, cameraId, epoch, seq, policy, ptsUs } as const),
    ...{ capturedAtMs: startMs + ptsUs / 1000, traceId: `t-${seq}`, source: sceneSource },
  };
}

/** A skeleton standing on `foot`: joints on two vertical lines, in COCO order from the nose down. */
function personAt(foot: { readonly x: number; readonly y: number }, jitter: () => number): Analysed['poses'][number] {
  const heights = [0.93, 0.95, 0.95, 0.94, 0.94, 0.82, 0.82, 0.65, 0.65, 0.5, 0.5, 0.52, 0.52, 0.28, 0.28, 0.02, 0.02];
  const keypoints = heights.flatMap((height, index) => {
    const side = index === 0 ? 0 : index % 2 === 1 ? 1 : -1;
    return [foot.x + side * 0.1 * HEIGHT_PX + jitter(), foot.y - height * HEIGHT_PX + jitter(), 0.9];
  });
  const box: Analysed['poses'][number]['box'] = [foot.x - 40, foot.y - HEIGHT_PX, foot.x + 40, foot.y + jitter()];
  return { box, score: 0.9, keypoints };
}

/** The same stream with the frames that `isStill` names given up as still: without poses of their own. */
export function withStillFrames(
  messages: readonly PosesEstimated[],
  isStill: (seq: number) => boolean,
): PosesEstimated[] {
  return messages.map((message): PosesEstimated => {
    if (message.outcome !== 'poses' || !isStill(message.seq)) return message;
    const { cameraId, epoch, seq, capturedAtMs, ptsUs, traceId, policy, source } = message;
    const at = { cameraId, epoch, seq, capturedAtMs, ptsUs, traceId, policy, source };
    return { type: 'poses.estimated', v: 1, ...at, outcome: 'still' };
  });
}

/** The same items with none more than `reach` places from where it was; deterministic. */
export function shuffledWithin<T>(items: readonly T[], reach: number, seed: number): T[] {
  const random = seededRandom(seed);
  return items
    .map((item, at) => ({ item, key: at + random() * reach }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
