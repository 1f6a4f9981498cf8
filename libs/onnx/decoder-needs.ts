import type { Size } from '#geometry/letterbox.js';
import type { ModelEntry } from './manifest.js';

/** What a decoder reads of one output. */
export interface OutputNeed {
  /** Whether a model may lack it. */
  readonly optional: boolean;
  readonly types: readonly string[];
  /** Shape for messages: `N` pictures, `J` joints. */
  readonly shape: string;
  /** Whether an output of `dims` is that, for `pictures` pictures of `size` with `joints` joints each. */
  readonly fits: (dims: readonly number[], picture: PictureNeed) => boolean;
}

/** What an output was computed from. */
export interface PictureNeed {
  readonly pictures: number;
  readonly size: Size;
  /** 0 for a model without joints. */
  readonly joints: number;
}

/** What a decoder needs of a model. */
export interface DecoderNeed {
  readonly tasks: readonly ModelEntry['task'][];
  /** Skeletons that it gives; empty: it gives no joints. */
  readonly skeletons: readonly NonNullable<ModelEntry['skeleton']>[];
  /** By role: the keys of `outputs` in the manifest. */
  readonly outputs: Readonly<Record<string, OutputNeed>>;
}

const MOVENET_STRIDE_PX = 4;
const YOLOX_STRIDES_PX = [8, 16, 32];
const LANDMARKS = 39;
const anySkeleton = ['coco17', 'posetrack15', 'openpose18', 'lsp14'] as const;

const floats = (shape: string, fits: OutputNeed['fits']): OutputNeed => ({
  optional: false,
  types: ['float32'],
  shape,
  fits,
});

/** A map of heads: rows and columns are those of the picture divided by the stride. */
const head = (channels: number): OutputNeed =>
  floats(`[N, ${channels}, height / 4, width / 4]`, (dims, { pictures, size }) =>
    same(dims, [pictures, channels, size.heightPx / MOVENET_STRIDE_PX, size.widthPx / MOVENET_STRIDE_PX]),
  );

/** The one table of which outputs each decoder reads; the roles are the names that `libs/pose/decoders` and pipelines use. */
export const decoderNeeds: Readonly<Record<ModelEntry['decoder'], DecoderNeed>> = {
  'movenet-heads': {
    tasks: ['multi-person-pose'],
    skeletons: ['coco17'],
    outputs: {
      centre: head(1),
      heatmaps: head(17),
      regression: head(34),
      offsets: head(34),
      boxSize: head(2),
      boxOffset: head(2),
    },
  },
  heatmap: {
    tasks: ['person-pose'],
    skeletons: anySkeleton,
    outputs: {
      heatmaps: floats('[N, J, rows, columns]', (dims, need) => dims.length === 4 && startsWithJoints(dims, need)),
    },
  },
  simcc: {
    tasks: ['person-pose'],
    skeletons: anySkeleton,
    outputs: {
      x: floats('[N, J, at least width]', (dims, need) => bins(dims, need, need.size.widthPx)),
      y: floats('[N, J, at least height]', (dims, need) => bins(dims, need, need.size.heightPx)),
    },
  },
  regression: {
    tasks: ['person-pose'],
    skeletons: anySkeleton,
    outputs: {
      joints: floats('[N, J, 2 or 3] or [N, 2 or 3 times J]', (dims, need) =>
        [2, 3].some((stride) => length(dims) === need.pictures * need.joints * stride && dims[0] === need.pictures),
      ),
    },
  },
  rtmo: {
    tasks: ['multi-person-pose'],
    skeletons: ['coco17'],
    outputs: {
      dets: floats('[N, people, 5]', (dims, { pictures }) => same(dims, [pictures, dims[1], 5])),
      keypoints: floats('[N, people, J, 3]', (dims, { pictures, joints }) =>
        same(dims, [pictures, dims[1], joints, 3]),
      ),
    },
  },
  'yolo-pose': {
    tasks: ['multi-person-pose'],
    skeletons: ['coco17'],
    outputs: {
      predictions: floats('[N, 5 + 3 times J, anchors]', (dims, { pictures, joints }) =>
        same(dims, [pictures, 5 + 3 * joints, dims[2]]),
      ),
    },
  },
  detections: {
    tasks: ['person-detection'],
    skeletons: [],
    outputs: {
      dets: floats('[N, people, 5]', (dims, { pictures }) => same(dims, [pictures, dims[1], 5])),
      labels: {
        optional: true,
        types: ['int64', 'int32'],
        shape: '[N, people]',
        fits: (dims, { pictures }) => same(dims, [pictures, dims[1]]),
      },
    },
  },
  yolox: {
    tasks: ['person-detection'],
    skeletons: [],
    outputs: {
      predictions: floats('[N, anchors, 5 + classes], the anchors of strides 8, 16 and 32', (dims, need) =>
        same(dims, [need.pictures, yoloxAnchors(need.size), Math.max(6, dims[2])]),
      ),
    },
  },
  blazepose: {
    tasks: ['person-pose-3d'],
    skeletons: ['blazepose33'],
    outputs: {
      landmarks: floats('[1, 195]: 39 × 5', (dims) => length(dims) === LANDMARKS * 5),
      presence: floats('[1, 1]', (dims) => length(dims) === 1),
      world: floats('[1, 117]: 39 × 3', (dims) => length(dims) === LANDMARKS * 3),
    },
  },
  embedding: {
    tasks: ['re-identification'],
    skeletons: [],
    outputs: { embedding: floats('[N, numbers]', (dims, { pictures }) => same(dims, [pictures, dims[1]])) },
  },
};

/** Whether dimensions are exactly those; one that is taken from `dims` itself may be anything that is there. */
function same(dims: readonly number[], wanted: readonly (number | undefined)[]): boolean {
  return dims.length === wanted.length && dims.every((size, at) => size === wanted[at]);
}

function startsWithJoints(dims: readonly number[], { pictures, joints }: PictureNeed): boolean {
  return dims[0] === pictures && dims[1] === joints;
}

function bins(dims: readonly number[], need: PictureNeed, leastBins: number): boolean {
  return dims.length === 3 && startsWithJoints(dims, need) && dims[2] >= leastBins;
}

function length(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

function yoloxAnchors({ widthPx, heightPx }: Size): number {
  return YOLOX_STRIDES_PX.reduce((sum, stride) => sum + (widthPx / stride) * (heightPx / stride), 0);
}
