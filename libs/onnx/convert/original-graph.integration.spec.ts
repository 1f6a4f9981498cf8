import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import { enableProdMode, setBackend, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { decodeMovenetHeads } from '#pose/decoders/movenet-heads.js';
import type { Pose } from '#pose/pose.js';
import { installedFile, installedModel } from '#testing/installed-model.js';
import { sharedData } from '#testing/shared-data.js';
import { modelById, readManifest, type ModelEntry } from '../manifest.js';

/**
 * The converted default model against the original graph, which TensorFlow.js runs with operators of its own. The original's files are
 * needed for that: `posewatch models pull movenet-multipose --keep-sources` leaves them in the models folder.
 */
const SIDE_PX = 256;
const PEOPLE = 6;
const CELL_PX = 4;
/** The graph always writes six people; below this nobody is there, and its joints are cell 0 where the decoder's are where the centre says. */
const LEAST_SCORE = 0.01;
/** y, x and score of 17 joints; ymin, xmin, ymax, xmax and score of the person; all as fractions of the picture. */
const PERSON_NUMBERS = 56;
const pictures = ['000000350679.jpg', '000000214753.jpg'];

const files = {
  model: installedModel('movenet-multipose'),
  topology: installedFile('.downloads/movenet-multipose.json'),
  weights: installedFile('.downloads/movenet-multipose.bin'),
};
const missing = [
  ...Object.entries(files).flatMap(([name, file]) => (file === null ? [`the ${name} of movenet-multipose`] : [])),
  ...pictures.filter((name) => sharedData(`coco_val_mini/images/${name}`) === null),
];
const suite = missing.length === 0 ? describe : describe.skip;

interface GraphFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: readonly never[] }[];
}

async function original(): Promise<GraphModel> {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(files.topology ?? '', 'utf8')) as GraphFile;
  const weightData = Uint8Array.from(readFileSync(files.weights ?? '')).buffer;
  return loadGraphModel({
    load: () => Promise.resolve({ modelTopology, weightSpecs: [...weightsManifest[0].weights], weightData }),
  });
}

async function pixelsOf(name: string): Promise<Uint8Array> {
  const file = sharedData(`coco_val_mini/images/${name}`) ?? '';
  return sharp(file).removeAlpha().toColourspace('srgb').resize(SIDE_PX, SIDE_PX, { fit: 'fill' }).raw().toBuffer();
}

function all(result: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(result) ? result : [result];
}

/** [1, rows, columns, channels] as [channels × rows × columns]. */
function planes(result: Tensor): Float32Array {
  const [, rows, columns, channels] = result.shape;
  const values = result.dataSync();
  return Float32Array.from({ length: values.length }, (_, at) => {
    const [channel, cell] = [Math.floor(at / (rows * columns)), at % (rows * columns)];
    return values[cell * channels + channel];
  });
}

/** A person of the original graph's output, as the decoder gives one. */
function personAt(values: Float32Array | Int32Array | Uint8Array, nth: number): Pose {
  const numbers = values.subarray(nth * PERSON_NUMBERS, (nth + 1) * PERSON_NUMBERS);
  const joints = Array.from({ length: 17 }, (_, at) => [
    numbers[3 * at + 1] * SIDE_PX,
    numbers[3 * at] * SIDE_PX,
    numbers[3 * at + 2],
  ]);
  const [y1, x1, y2, x2] = [51, 52, 53, 54].map((at) => numbers[at] * SIDE_PX);
  return { box: [x1, y1, x2, y2], score: numbers[55], keypoints: joints.flat() };
}

const jointScoresOf = ({ keypoints }: Pose): number[] => keypoints.filter((_, at) => at % 3 === 2);

/** Mean of the joints that count for a person's score. */
function meanCounted(pose: Pose): number {
  const counted = jointScoresOf(pose).filter((score) => score > 0.127);
  return counted.reduce((sum, score) => sum + score, 0) / Math.max(1, counted.length);
}

function liesIn([x1, y1, x2, y2]: Pose['box'], xPx: number, yPx: number): boolean {
  return xPx > x1 - CELL_PX && yPx > y1 - CELL_PX && xPx < x2 + CELL_PX && yPx < y2 + CELL_PX;
}

/** The graph gives a cell the greatest of the weights that the six people put on it, so somebody else may raise a joint's score. */
function mayBeRaised(found: readonly Pose[], nth: number, joint: number): boolean {
  const [xPx, yPx] = found[nth].keypoints.slice(3 * joint);
  return found.some((other, at) => at !== nth && liesIn(other.box, xPx, yPx));
}

const greatest = (values: Iterable<number>): number => [...values].reduce((most, value) => Math.max(most, value), 0);

suite(`the converted model and the original graph${missing.length > 0 ? ` (needs ${missing.join(', ')})` : ''}`, () => {
  let graph: GraphModel;
  let session: ort.InferenceSession;
  let entry: ModelEntry;

  beforeAll(async () => {
    enableProdMode();
    await setBackend('cpu');
    graph = await original();
    session = await ort.InferenceSession.create(files.model ?? '', { intraOpNumThreads: 1 });
    entry = modelById(await readManifest('models/manifest.json'), 'movenet-multipose');
  });

  it.each(pictures)(
    'give the same heads and the same people on %s',
    async (name) => {
      const pixels = await pixelsOf(name);
      const image = tensor(Int32Array.from(pixels), [1, SIDE_PX, SIDE_PX, 3], 'int32');
      const outputs = await session.run({ image: new ort.Tensor('uint8', pixels, [1, SIDE_PX, SIDE_PX, 3]) });
      const heads = Object.entries(entry.converter?.outputs ?? {});
      expect(heads).toHaveLength(6);
      const nodes = [graph.outputs[0].name, ...heads.map(([, { node }]) => node)];
      const [people, ...wanted] = all(graph.execute({ [graph.inputs[0].name]: image }, nodes));
      for (const [at, [head]] of heads.entries()) {
        const expected = planes(wanted[at]);
        const got = outputs[head].data as Float32Array;
        expect(got).toHaveLength(expected.length);
        expect(greatest(expected.map((value, i) => Math.abs(value - got[i])))).toBeLessThan(1e-3);
      }
      const floats = (head: string): Float32Array => outputs[head].data as Float32Array;
      const found = decodeMovenetHeads(
        {
          ...{ rows: SIDE_PX / 4, columns: SIDE_PX / 4, centre: floats('centre'), heatmaps: floats('heatmaps') },
          ...{ regression: floats('regression'), offsets: floats('offsets') },
          ...{ boxSize: floats('boxSize'), boxOffset: floats('boxOffset') },
        },
        { minCentre: 0, minScore: LEAST_SCORE, maxPeople: PEOPLE, asGraph: true },
      );
      const wantedPeople = Array.from({ length: PEOPLE }, (_, nth) => personAt(people.dataSync(), nth)).filter(
        ({ score }) => score >= LEAST_SCORE,
      );
      expect(found).toHaveLength(wantedPeople.length);
      expect(found.length).toBeGreaterThan(1);
      for (const [nth, pose] of found.entries()) {
        const expected = wantedPeople[nth];
        const offPx = [...pose.box, ...pose.keypoints.filter((_, at) => at % 3 !== 2)].map((value, at) =>
          Math.abs(value - [...expected.box, ...expected.keypoints.filter((__, of) => of % 3 !== 2)][at]),
        );
        expect(greatest(offPx)).toBeLessThan(0.5);
        for (const [joint, score] of jointScoresOf(pose).entries()) {
          const more = jointScoresOf(expected)[joint] - score;
          expect(more).toBeGreaterThan(-0.01);
          if (!mayBeRaised(found, nth, joint)) expect(more).toBeLessThan(0.01);
        }
        const raised = meanCounted(expected) / meanCounted(pose);
        expect(Math.abs(pose.score * raised - expected.score)).toBeLessThan(0.01);
      }
      const same = found.flatMap((pose, nth) =>
        jointScoresOf(pose).map((score, at) => Math.abs(score - jointScoresOf(wantedPeople[nth])[at]) < 0.01),
      );
      expect(same.filter(Boolean).length / same.length).toBeGreaterThan(0.9);
    },
    180_000,
  );
});
