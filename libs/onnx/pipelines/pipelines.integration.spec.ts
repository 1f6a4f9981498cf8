import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import type { Size } from '#geometry/letterbox.js';
import type { Pose } from '#pose/pose.js';
import { joint } from '#pose/skeleton.js';
import { itWithModels } from '#testing/model-folder.js';
import { sharedData } from '#testing/shared-data.js';
import { picture, tinyPlan, writeTinyPoseModel } from '#testing/tiny-pose-model.js';
import { readManifest } from '../manifest.js';
import { openSessionPool, type PoolFrame, type SessionPool } from '../session-pool.js';
import { planOptions } from './plan-files.js';
import { planPipeline, type PipelineChoice, type PipelinePlan } from './plan.js';

const log = { info: () => undefined, error: () => undefined };
const workerUrl = pathToFileURL(path.resolve('dist/libs/onnx/worker.js'));
const pools: SessionPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function open(first: PipelinePlan): Promise<SessionPool> {
  const pool = await openSessionPool({ workerUrl, first, providers: ['cpu'], sessions: 1, cores: 1, log });
  pools.push(pool);
  return pool;
}

async function planOf(choice: PipelineChoice, modelsDir: string, crowdPeople = 20): Promise<PipelinePlan> {
  const settings = {
    POSEWATCH_MODELS_DIR: modelsDir,
    POSEWATCH_CROWD_PEOPLE: crowdPeople,
    POSEWATCH_ANALYSIS_AREA_PX: 384 * 512,
  };
  return planPipeline(choice, await readManifest('models/manifest.json'), planOptions(settings));
}

/** A photograph as a frame, turned clockwise. */
async function photograph(name: string, turnDeg: number, size: Size): Promise<PoolFrame> {
  const file = sharedData(`coco_val_mini/images/${name}`) ?? name;
  const turned = await sharp(file).toColourspace('srgb').rotate(turnDeg).png().toBuffer();
  const pixels = await sharp(turned).resize(size.widthPx, size.heightPx, { fit: 'fill' }).raw().toBuffer();
  return { pixels, analysis: size, source: size };
}

const PITCHER = '000000153797.jpg';
const KITE = '000000181303.jpg';
const upright = { widthPx: 640, heightPx: 480 };
const lying = { widthPx: 480, heightPx: 640 };
const photographs = [`coco_val_mini/images/${PITCHER}`, `coco_val_mini/images/${KITE}`];

const place = ({ keypoints }: Pose, index: number): readonly number[] => keypoints.slice(3 * index, 3 * index + 2);
const axes = ({ joints3d = [] }: Pose, index: number): readonly number[] => joints3d.slice(3 * index, 3 * index + 3);

describe('pipelines', () => {
  it('make a frame smaller for a one-stage model that it is too large for, and place people in it all the same', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-pipelines-'));
    const file = path.join(folder, 'tiny.onnx');
    writeTinyPoseModel(file);
    const plan = { ...tinyPlan(file), maxAreaPx: 128 * 96 };
    const pool = await open(plan);
    const size = { widthPx: 256, heightPx: 192 };
    // Four cells of the large frame are one of the small one.
    const cells = [
      [20, 16],
      [21, 16],
      [20, 17],
      [21, 17],
    ] as const;
    const { people } = await pool.estimate([{ pixels: picture(size, cells), analysis: size, source: size }], plan);
    expect(people[0].map(({ keypoints }) => keypoints.slice(0, 2))).toEqual([[84, 68]]);
    rmSync(folder, { recursive: true });
  });

  itWithModels(
    'find the same people whatever else is in the batch',
    { models: ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128'], data: photographs },
    async (modelsDir) => {
      const plan = await planOf({ profile: 'accurate', modelId: null }, modelsDir);
      const pool = await open(plan);
      const frames = await Promise.all([
        photograph(PITCHER, 0, upright),
        photograph(KITE, 0, { widthPx: 512, heightPx: 384 }),
        photograph(KITE, 90, lying),
      ]);
      const together = (await pool.estimate(frames, plan)).people;
      for (const [index, frame] of frames.entries()) {
        const [alone] = (await pool.estimate([frame], plan)).people;
        expect(together[index]).toHaveLength(alone.length);
        for (const [at, pose] of alone.entries())
          for (const [value, number] of pose.keypoints.entries())
            expect(Math.abs(together[index][at].keypoints[value] - number)).toBeLessThan(0.1);
      }
    },
  );

  itWithModels(
    'give people beyond the crowd limit to the crowd model, and everybody a pose',
    { models: ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128'], data: photographs },
    async (modelsDir) => {
      const few = await planOf({ profile: 'accurate', modelId: null }, modelsDir, 1);
      const many = await planOf({ profile: 'accurate', modelId: null }, modelsDir, 20);
      const small = await planOf({ profile: 'accurate', modelId: 'pp-tinypose-128' }, modelsDir);
      const pool = await open(many);
      const [one, other] = await Promise.all([PITCHER, KITE].map((name) => photograph(name, 0, upright)));
      // Two photographs side by side in one frame: the pitcher is the larger of the two persons.
      const pixels = new Uint8Array(one.pixels.byteLength * 2);
      pixels.set(one.pixels);
      pixels.set(other.pixels, one.pixels.byteLength);
      const analysis = { widthPx: 640, heightPx: 960 };
      const frame = { pixels, analysis, source: analysis };
      const surest = async (plan: PipelinePlan): Promise<Pose[]> => {
        const [people] = (await pool.estimate([frame], plan)).people;
        return people.filter(({ score }) => score > 0.25).sort((a, b) => a.box[1] - b.box[1]);
      };
      const [byFew, byMany, bySmall] = [await surest(few), await surest(many), await surest(small)];
      expect([byFew.length, byMany.length, bySmall.length]).toEqual([2, 2, 2]);
      const matches = byFew.map((pose, at) => [pose.keypoints, byMany[at].keypoints, bySmall[at].keypoints]);
      const isLike = (a: readonly number[], b: readonly number[]): boolean => a.every((value, at) => value === b[at]);
      expect(matches.map(([mine, large]) => isLike(mine, large)).sort()).toEqual([false, true]);
      expect(matches.map(([mine, , smaller]) => isLike(mine, smaller)).sort()).toEqual([false, true]);
    },
  );

  itWithModels(
    'turn joints in metres with a person who lies on the side',
    {
      models: ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128', 'blazepose-landmark-lite'],
      data: photographs,
    },
    async (modelsDir) => {
      const plan = await planOf({ profile: 'pose3d', modelId: null }, modelsDir);
      const pool = await open(plan);
      const frames = await Promise.all([photograph(PITCHER, 0, upright), photograph(PITCHER, 90, lying)]);
      const [[stands], [lies]] = (await pool.estimate(frames, plan)).people;
      // Turned clockwise by 90°, (x, y) goes to (height − y, x).
      for (const index of [joint.left_shoulder, joint.right_shoulder, joint.left_hip, joint.right_hip]) {
        const [x, y] = place(stands, index);
        const [turnedX, turnedY] = place(lies, index);
        expect(Math.hypot(turnedX - (upright.heightPx - y), turnedY - x)).toBeLessThan(15);
        const [xM, yM] = axes(stands, index);
        const [turnedXM, turnedYM] = axes(lies, index);
        expect(Math.hypot(turnedXM + yM, turnedYM - xM)).toBeLessThan(0.12);
      }
    },
  );
});
