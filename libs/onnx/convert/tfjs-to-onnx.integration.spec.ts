import { InferenceSession, Tensor } from 'onnxruntime-node';
import { seededRandom } from '#base/random.js';
import { convolutionAttributes, tinyTfjs, type TinyNode, type TinyWeight } from '#testing/tiny-tfjs-model.js';
import { readTfjsGraph } from './tfjs-graph.js';
import { tfjsToOnnx } from './tfjs-to-onnx.js';

const random = seededRandom(20);
const some = (count: number): number[] => Array.from({ length: count }, () => random() * 2 - 1);

/** A picture or feature map as TensorFlow has it: [height, width, channels]. */
interface Map3 {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly at: (y: number, x: number, c: number) => number;
}

function filled(
  shape: { height: number; width: number; channels: number },
  value: (y: number, x: number, c: number) => number,
): Map3 {
  const { height, width, channels } = shape;
  const values = Array.from({ length: height * width * channels }, (_, i) => {
    const cell = Math.floor(i / channels);
    return value(Math.floor(cell / width), cell % width, i % channels);
  });
  return { ...shape, at: (y, x, c) => values[(y * width + x) * channels + c] };
}

/** Convolution as TensorFlow defines it: `SAME` pads so that the output is ceil(n / stride), the odd pixel after. */
function convolve(
  map: Map3,
  weights: TinyWeight,
  options: { stride: number; bias: readonly number[]; padding: 'SAME' | 'VALID'; depthwise?: boolean },
): Map3 {
  const [kh, kw, inputs, last] = weights.shape;
  const { stride, bias, padding, depthwise = false } = options;
  const out = (n: number, k: number): number =>
    padding === 'SAME' ? Math.ceil(n / stride) : Math.ceil((n - k + 1) / stride);
  const before = (n: number, k: number): number =>
    padding === 'SAME' ? Math.floor(Math.max((out(n, k) - 1) * stride + k - n, 0) / 2) : 0;
  const [top, left] = [before(map.height, kh), before(map.width, kw)];
  const w = (y: number, x: number, i: number, o: number): number =>
    weights.values[((y * kw + x) * inputs + i) * last + o];
  const channels = depthwise ? inputs * last : last;
  return filled({ height: out(map.height, kh), width: out(map.width, kw), channels }, (y, x, o) => {
    let sum = bias[o] ?? 0;
    for (let ky = 0; ky < kh; ky++)
      for (let kx = 0; kx < kw; kx++) {
        const [sy, sx] = [y * stride + ky - top, x * stride + kx - left];
        if (sy < 0 || sx < 0 || sy >= map.height || sx >= map.width) continue;
        if (depthwise) sum += map.at(sy, sx, Math.floor(o / last)) * w(ky, kx, Math.floor(o / last), o % last);
        else for (let i = 0; i < inputs; i++) sum += map.at(sy, sx, i) * w(ky, kx, i, o);
      }
    return sum;
  });
}

const mapped = (map: Map3, change: (value: number, channel: number) => number): Map3 =>
  filled(map, (y, x, c) => change(map.at(y, x, c), c));

/** Twice as large, with half-pixel centres, edges repeated. */
function doubled(map: Map3): Map3 {
  const near = (at: number, size: number): { low: number; high: number; part: number } => {
    const source = Math.max(0, (at + 0.5) / 2 - 0.5);
    const low = Math.min(size - 1, Math.floor(source));
    return { low, high: Math.min(size - 1, low + 1), part: source - low };
  };
  return filled({ height: map.height * 2, width: map.width * 2, channels: map.channels }, (y, x, c) => {
    const [v, h] = [near(y, map.height), near(x, map.width)];
    const row = (at: number): number => map.at(at, h.low, c) * (1 - h.part) + map.at(at, h.high, c) * h.part;
    return row(v.low) * (1 - v.part) + row(v.high) * v.part;
  });
}

interface Case {
  readonly name: string;
  readonly nodes: readonly TinyNode[];
  readonly weights: readonly TinyWeight[];
  readonly channels: number;
  readonly expected: (picture: Map3) => Map3;
}

const weight = (name: string, shape: readonly number[]): TinyWeight => ({
  name,
  shape,
  values: some(shape.reduce((a, b) => a * b, 1)),
});

const kernel = weight('kernel', [3, 3, 3, 5]);
const bias = weight('bias', [5]);
const depth = weight('depth', [3, 3, 3, 2]);
const mean: TinyWeight = { name: 'mean', shape: [1, 1, 1, 3], values: [10, 20, 30] };
const scale: TinyWeight = { name: 'scale', shape: [], values: [0.01] };
const one: TinyWeight = { name: 'one', shape: [1, 1, 1, 3], values: [1, 1, 1] };
const two: TinyWeight = { name: 'two', shape: [2], values: [2, 2], dtype: 'int32' };
const float: TinyNode = { name: 'float', op: 'Cast', input: ['input'] };
const small: readonly TinyNode[] = [float, { name: 'small', op: 'Mul', input: ['float', 'scale'] }];
const shrunk = (picture: Map3): Map3 => mapped(picture, (value) => value * 0.01);

function convolutionCase(stride: number, padding: 'SAME' | 'VALID', fused: readonly string[]): Case {
  const attr = convolutionAttributes({ stride, padding, fused });
  const input = ['small', 'kernel', ...(fused.length > 0 ? ['bias'] : [])];
  const activation = (value: number): number => {
    if (fused[1] === 'Relu') return Math.max(0, value);
    return fused[1] === 'Relu6' ? Math.min(6, Math.max(0, value)) : value;
  };
  return {
    name: `convolution, stride ${stride}, ${padding}, fused with ${fused.join(' and ') || 'nothing'}`,
    nodes: [...small, { name: 'end', op: '_FusedConv2D', input, attr }],
    weights: [scale, kernel, bias],
    channels: 5,
    expected: (picture) => {
      const parameters = { stride, padding, bias: fused.length > 0 ? bias.values : [] };
      return mapped(convolve(shrunk(picture), kernel, parameters), activation);
    },
  };
}

const cases: readonly Case[] = [
  convolutionCase(1, 'SAME', ['BiasAdd']),
  convolutionCase(2, 'SAME', ['BiasAdd', 'Relu6']),
  convolutionCase(2, 'VALID', ['BiasAdd', 'Relu']),
  convolutionCase(1, 'VALID', []),
  {
    name: 'depthwise convolution with a channel multiplier',
    nodes: [
      ...small,
      {
        name: 'end',
        op: 'DepthwiseConv2dNative',
        input: ['small', 'depth'],
        attr: convolutionAttributes({ stride: 2, padding: 'SAME' }),
      },
    ],
    weights: [scale, depth],
    channels: 6,
    expected: (picture) => convolve(shrunk(picture), depth, { stride: 2, bias: [], padding: 'SAME', depthwise: true }),
  },
  {
    name: 'constants per channel and alone, an addition of two values, a sigmoid',
    nodes: [
      float,
      { name: 'centred', op: 'Sub', input: ['float', 'mean'] },
      { name: 'scaled', op: 'Mul', input: ['centred', 'scale'] },
      { name: 'moved', op: 'Sub', input: ['scaled', 'one'] },
      { name: 'sum', op: 'AddV2', input: ['moved', 'scaled'] },
      { name: 'end', op: 'Sigmoid', input: ['sum'] },
    ],
    weights: [mean, scale, one],
    channels: 3,
    expected: (picture) =>
      mapped(picture, (value, c) => 1 / (1 + Math.exp(-(2 * (value - mean.values[c]) * 0.01 - 1)))),
  },
  {
    name: 'enlargement by two',
    nodes: [
      ...small,
      { name: 'shape', op: 'Shape', input: ['small'] },
      { name: 'slice', op: 'StridedSlice', input: ['shape'] },
      { name: 'size', op: 'Mul', input: ['slice', 'two'] },
      { name: 'end', op: 'ResizeBilinear', input: ['small', 'size'], attr: { half_pixel_centers: { b: true } } },
    ],
    weights: [scale, two],
    channels: 3,
    expected: (picture) => doubled(shrunk(picture)),
  },
];

const placeholder: TinyNode = { name: 'input', op: 'Placeholder' };
const cutAtEnd = (channels: number) => ({ name: 'tiny', input: 'input', outputs: { end: { node: 'end', channels } } });

describe('tfjsToOnnx', () => {
  it.each(cases)(
    'ONNX Runtime computes what TensorFlow defines: $name',
    async ({ nodes, weights, channels, expected }) => {
      const files = tinyTfjs([placeholder, ...nodes], weights);
      const bytes = tfjsToOnnx(readTfjsGraph(files.json, files.bin), cutAtEnd(channels));
      const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
      for (const [height, width] of [
        [8, 12],
        [7, 5],
      ]) {
        const pictures = [0, 1].map(() => filled({ height, width, channels: 3 }, () => Math.floor(random() * 256)));
        const pixels = pictures.flatMap((map) => flat(map));
        const image = new Tensor('uint8', Uint8Array.from(pixels), [2, height, width, 3]);
        const { end } = await session.run({ image });
        const wanted = pictures.map(expected);
        expect(end.dims).toEqual([2, channels, wanted[0].height, wanted[0].width]);
        const difference = wanted.flatMap(planes).map((value, i) => Math.abs(value - Number(end.data[i])));
        expect(Math.max(...difference)).toBeLessThan(1e-4);
      }
    },
  );

  it('writes the same bytes for the same graph', () => {
    const [{ nodes, weights, channels }] = cases;
    const files = tinyTfjs([placeholder, ...nodes], weights);
    const convert = (): Uint8Array => tfjsToOnnx(readTfjsGraph(files.json, files.bin), cutAtEnd(channels));
    expect(Buffer.from(convert()).equals(Buffer.from(convert()))).toBe(true);
  });

  it.each([
    ['an unknown operator', { name: 'end', op: 'Einsum', input: ['input'] }, /Einsum \(end\) cannot be converted/],
    ['a missing input', { name: 'end', op: 'Sigmoid', input: ['nowhere'] }, /no node nowhere/],
    [
      'a resize to a fixed size',
      { name: 'end', op: 'ResizeBilinear', input: ['input', 'two'], attr: { half_pixel_centers: { b: true } } },
      /not a multiple of its input/,
    ],
    [
      'a resize without half-pixel centres',
      { name: 'end', op: 'ResizeBilinear', input: ['input', 'two'] },
      /half-pixel/,
    ],
  ] as const)('refuses %s by name', (_, node, message) => {
    const files = tinyTfjs([placeholder, node], [two]);
    expect(() => tfjsToOnnx(readTfjsGraph(files.json, files.bin), cutAtEnd(3))).toThrow(message);
  });
});

/** As bytes come in: row by row, channels together. */
function flat(map: Map3): number[] {
  const all: number[] = [];
  for (let y = 0; y < map.height; y++)
    for (let x = 0; x < map.width; x++) for (let c = 0; c < map.channels; c++) all.push(map.at(y, x, c));
  return all;
}

/** As the model puts it out: one plane per channel. */
function planes(map: Map3): number[] {
  const all: number[] = [];
  for (let c = 0; c < map.channels; c++)
    for (let y = 0; y < map.height; y++) for (let x = 0; x < map.width; x++) all.push(map.at(y, x, c));
  return all;
}
