import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { analysisSize, letterbox, type Size } from '#geometry/letterbox.js';
import { readManifest } from '#onnx/manifest.js';
import { planOptions } from '#onnx/pipelines/plan-files.js';
import { planPipeline, type PipelineChoice } from '#onnx/pipelines/plan.js';
import { openSessionPool } from '#onnx/session-pool.js';
import type { Pose } from '#pose/pose.js';
import { analysisArea } from '#pose/profile.js';
import { cocoSigmas } from '#pose/skeleton.js';
import { sharedData } from './shared-data.js';

/** The annotations of the COCO cut among the measurement files. */
export const COCO_CUT = 'coco_val_mini/person_keypoints.json';

interface CocoFile {
  readonly images: readonly { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: readonly CocoPerson[];
}

interface CocoPerson {
  readonly image_id: number;
  readonly num_keypoints: number;
  readonly area: number;
  readonly keypoints: number[];
}

const MIN_KEYPOINTS = 5;
const AREA_PX = 384 * 512;
const STRIDE_PX = 32;

/** OKS against an annotation, as pycocotools computes it: over labelled joints, with the annotated area. */
function oksOf(pose: Pose, person: CocoPerson): number {
  let sum = 0;
  let labelled = 0;
  for (const [index, sigma] of cocoSigmas.entries()) {
    if (person.keypoints[3 * index + 2] === 0) continue;
    const dx = pose.keypoints[3 * index] - person.keypoints[3 * index];
    const dy = pose.keypoints[3 * index + 1] - person.keypoints[3 * index + 1];
    sum += Math.exp(-(dx * dx + dy * dy) / (2 * person.area * (2 * sigma) ** 2));
    labelled++;
  }
  return sum / labelled;
}

async function letterboxed(file: string, source: Size, analysis: Size): Promise<Buffer> {
  const { inner, padXPx, padYPx } = letterbox(source, analysis);
  return sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .resize(inner.widthPx, inner.heightPx, { fit: 'fill', kernel: 'linear' })
    .extend({
      left: padXPx,
      top: padYPx,
      right: analysis.widthPx - inner.widthPx - padXPx,
      bottom: analysis.heightPx - inner.heightPx - padYPx,
      background: 'black',
    })
    .raw()
    .toBuffer();
}

/** For each person of the COCO cut with enough labelled joints, the people that a pipeline finds in the picture and the best OKS. */
export async function bestOksOnCoco(
  choice: PipelineChoice,
  modelsDir: string,
): Promise<{ oks: number; people: readonly Pose[] }[]> {
  const coco = JSON.parse(readFileSync(sharedData(COCO_CUT) ?? COCO_CUT, 'utf8')) as CocoFile;
  const settings = { POSEWATCH_MODELS_DIR: modelsDir, POSEWATCH_CROWD_PEOPLE: 20, POSEWATCH_ANALYSIS_AREA_PX: AREA_PX };
  const plan = planPipeline(choice, await readManifest('models/manifest.json'), planOptions(settings));
  const workerUrl = pathToFileURL(path.resolve('dist/libs/onnx/worker.js'));
  const log = { info: () => undefined, error: () => undefined };
  const pool = await openSessionPool({ workerUrl, first: plan, providers: ['cpu'], sessions: 1, cores: 1, log });
  const found: { oks: number; people: readonly Pose[] }[] = [];
  for (const image of coco.images) {
    const persons = coco.annotations.filter(
      (person) => person.image_id === image.id && person.num_keypoints >= MIN_KEYPOINTS,
    );
    if (persons.length === 0) continue;
    const source = { widthPx: image.width, heightPx: image.height };
    const areaPx = analysisArea({ profile: choice.profile, wide: false, source, areaPx: AREA_PX });
    const analysis = analysisSize(source, { areaPx, stridePx: STRIDE_PX });
    const picture = sharedData(`coco_val_mini/images/${image.file_name}`) ?? '';
    const pixels = await letterboxed(picture, source, analysis);
    const [people] = (await pool.estimate([{ pixels, analysis, source }], plan)).people;
    for (const person of persons)
      found.push({ oks: Math.max(0, ...people.map((pose) => oksOf(pose, person))), people });
  }
  await pool.close();
  return found;
}
