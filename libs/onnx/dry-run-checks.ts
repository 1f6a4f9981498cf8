import type { Size } from '#geometry/letterbox.js';
import { skeletonJoints } from '#pose/convert-skeleton.js';
import { decoderNeeds, type OutputNeed, type PictureNeed } from './decoder-needs.js';
import type { ModelFacts } from './fact-problems.js';

/** Why a model cannot be used. */
export const dryRunReasons = [
  'corrupt',
  'operator',
  'provider',
  'input',
  'output',
  'shape',
  'not-finite',
  'memory',
  'crash',
  'digest',
  'timeout',
] as const;

export type DryRunReason = (typeof dryRunReasons)[number];

/** Why a model cannot be used, and what it has and should have. */
export interface DryRunProblem {
  readonly reason: DryRunReason;
  readonly problem: string;
}

/** An input or output as a graph declares it; a name in place of a size stands for any size. */
export interface DeclaredValue {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** An output of a run. */
export interface ComputedValue {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

const FREE_SIDE_PX = 256;

/** The size of the picture that a model is tried with. */
export function trialSize({ input }: ModelFacts): Size {
  if (input.size.kind === 'fixed') return input.size;
  const sidePx = Math.ceil(FREE_SIDE_PX / input.size.stridePx) * input.size.stridePx;
  return { widthPx: sidePx, heightPx: sidePx };
}

/** Dimensions of the input for so many pictures. */
export function inputDims({ input }: ModelFacts, { widthPx, heightPx }: Size, pictures: number): number[] {
  return input.layout === 'NHWC' ? [pictures, heightPx, widthPx, 3] : [pictures, 3, heightPx, widthPx];
}

/** What is wrong with the inputs that a graph declares; null where they are what is said of the model. */
export function inputProblem(facts: ModelFacts, declared: readonly DeclaredValue[]): DryRunProblem | null {
  const { name, type, layout, size, batch } = facts.input;
  const names = declared.map((value) => value.name).join(', ');
  const found = declared.find((value) => value.name === name);
  const problem = (reason: DryRunReason, text: string): DryRunProblem => ({
    reason,
    problem: `input "${name}" ${text}`,
  });
  if (found === undefined) return problem('input', `is not in the graph; its inputs are ${names}`);
  if (declared.length > 1) return problem('input', `is not the only one: ${names}; a model has one`);
  if (found.type !== type) return problem('input', `is ${found.type} in the graph, not ${type}`);
  const dims = inputDims(facts, trialSize(facts), 1);
  const clashes = found.shape.some((length, at) => at > 0 && typeof length === 'number' && length !== dims[at]);
  if (found.shape.length !== dims.length || clashes)
    return problem(
      'shape',
      `is [${found.shape.join(', ')}] in the graph; ${layout} needs [N, ${dims.slice(1).join(', ')}]`,
    );
  if (size.kind === 'any' && found.shape.slice(1).some((length) => typeof length === 'number' && length !== 3))
    return problem('shape', `is [${found.shape.join(', ')}] in the graph, a fixed size; say so in input.size`);
  if (batch === 'any' && typeof found.shape[0] === 'number')
    return problem('shape', `takes ${found.shape[0]} picture(s) at once; say "batch": "one" in input`);
  return null;
}

/** What is wrong with the outputs of a run over `pictures` pictures of `size`; null where the decoder can read them. */
export function outputProblem(
  facts: Pick<ModelFacts, 'decoder' | 'outputs' | 'skeleton'>,
  computed: Readonly<Record<string, ComputedValue>>,
  { pictures, size }: { readonly pictures: number; readonly size: Size },
): DryRunProblem | null {
  const joints = facts.skeleton === null ? 0 : skeletonJoints[facts.skeleton].length;
  for (const [role, need] of Object.entries(decoderNeeds[facts.decoder].outputs)) {
    const isNamed = Object.hasOwn(facts.outputs, role);
    const name = isNamed ? facts.outputs[role] : role;
    const text = `output "${name}" (${role} of decoder ${facts.decoder})`;
    if (Object.hasOwn(computed, name)) {
      const problem = valueProblem(computed[name], need, { pictures, size, joints });
      if (problem !== null) return { ...problem, problem: `${text} ${problem.problem}` };
    } else if (isNamed || !need.optional) {
      const names = Object.keys(computed).join(', ');
      return { reason: 'output', problem: `${text} is not in the graph; its outputs are ${names}` };
    }
  }
  return null;
}

function valueProblem({ type, dims, data }: ComputedValue, need: OutputNeed, from: PictureNeed): DryRunProblem | null {
  if (!need.types.includes(type)) return { reason: 'output', problem: `is ${type}, not ${need.types.join(' or ')}` };
  if (!need.fits(dims, from)) {
    const wanted = `${need.shape} with N = ${from.pictures}${from.joints === 0 ? '' : `, J = ${from.joints}`}`;
    return { reason: 'shape', problem: `is [${dims.join(', ')}]; it should be ${wanted}` };
  }
  const broken = firstNotFinite(data);
  return broken === null ? null : { reason: 'not-finite', problem: `holds ${broken}` };
}

function firstNotFinite(data: unknown): number | null {
  return data instanceof Float32Array ? (data.find((value) => !Number.isFinite(value)) ?? null) : null;
}

/** A picture without people, the same on each run: two ramps and a checked pattern, as the values that the model gets. */
export function trialPicture(facts: ModelFacts, size: Size, pictures: number): Float32Array | Uint8Array {
  const { type, layout, mean, std, colour } = facts.input;
  const { widthPx, heightPx } = size;
  const length = pictures * 3 * widthPx * heightPx;
  const values = type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
  let at = 0;
  const put = (x: number, y: number, channel: number): void => {
    const raw = pixel({ x: x / widthPx, y: y / heightPx }, colour === 'RGB' ? channel : 2 - channel);
    values[at++] = (raw - mean[channel]) / std[channel];
  };
  for (let picture = 0; picture < pictures; picture++)
    if (layout === 'NHWC')
      for (let y = 0; y < heightPx; y++)
        for (let x = 0; x < widthPx; x++) for (const channel of [0, 1, 2]) put(x, y, channel);
    else
      for (const channel of [0, 1, 2])
        for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) put(x, y, channel);
  return values;
}

/** 0..255 of the red, green or blue channel at a place in 0..1. */
function pixel({ x, y }: { readonly x: number; readonly y: number }, channel: number): number {
  if (channel === 0) return Math.round(255 * x);
  if (channel === 1) return Math.round(255 * y);
  return (Math.floor(x * 16) + Math.floor(y * 16)) % 2 === 0 ? 64 : 192;
}

/** What an error of ONNX Runtime 1.30 means; its words are all there is to tell by. */
export function reasonOf(message: string): DryRunReason {
  if (/failed to allocate|bad.?alloc/i.test(message)) return 'memory';
  if (/No Op registered|NOT_IMPLEMENTED|not a registered function|No opset import|is not supported/i.test(message))
    return 'operator';
  if (/execution provider|backend not found|not available|cuda|webgpu/i.test(message)) return 'provider';
  if (/invalid dimensions|non-zero status code|shape mismatch/i.test(message)) return 'shape';
  return 'corrupt';
}
