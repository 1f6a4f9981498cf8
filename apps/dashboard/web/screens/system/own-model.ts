import type { Decoder, Model } from '../../api/types.js';

type Triple = readonly [number, number, number];

/** What the form asks of a model of somebody's own; as the server's `OwnModel`. */
export interface Description {
  readonly id: string;
  readonly title: string;
  readonly task: Model['task'];
  readonly licence: string;
  readonly obligations: string | null;
  readonly input: {
    readonly name: string;
    readonly type: 'uint8' | 'float32';
    readonly layout: 'NHWC' | 'NCHW';
    readonly colour: 'RGB' | 'BGR';
    readonly size:
      | { readonly kind: 'any'; readonly stridePx: number }
      | { readonly kind: 'fixed'; readonly widthPx: number; readonly heightPx: number };
    readonly batch: 'any' | 'one';
    readonly mean: Triple;
    readonly std: Triple;
    readonly pad: number;
  };
  /** Role of each output → its name in the graph; a role that is missing is its own name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly decoder: Decoder['name'];
  readonly skeleton: string | null;
}

/** What most models of joints look like: 192 × 256, normalised as ImageNet is. */
export const startDescription: Description = {
  id: '',
  title: '',
  task: 'person-pose',
  licence: '',
  obligations: null,
  input: {
    name: 'input',
    type: 'float32',
    layout: 'NCHW',
    colour: 'RGB',
    size: { kind: 'fixed', widthPx: 192, heightPx: 256 },
    batch: 'any',
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
    pad: 0,
  },
  outputs: {},
  decoder: 'simcc',
  skeleton: 'coco17',
};

/** An id such as `my-pose-model` from a title. */
export function idFrom(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return words.replace(/^-+|-+$/g, '').slice(0, 64);
}

/** The same description for another task or decoder: what no longer fits is replaced by what does. */
export function fitted(description: Description, decoders: readonly Decoder[]): Description {
  const able = decoders.filter((each) => each.tasks.includes(description.task));
  const decoder = able.find((each) => each.name === description.decoder) ?? able.at(0);
  if (decoder === undefined) return description;
  const { name, skeletons } = decoder;
  const keeps = description.skeleton !== null && skeletons.includes(description.skeleton);
  const skeleton = keeps ? description.skeleton : (skeletons.at(0) ?? null);
  const roles = decoder.outputs.map((output) => output.role);
  const named = Object.entries(description.outputs).filter(([role]) => roles.includes(role));
  return { ...description, decoder: name, skeleton, outputs: Object.fromEntries(named) };
}

/** Three numbers such as `123.7, 116.3, 103.5`; null for anything else. */
export function tripleOf(text: string): Triple | null {
  const [a, b, c, ...more] = text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  const isTriple = more.length === 0 && [a, b, c].every((value) => Number.isFinite(value));
  return isTriple ? [a, b, c] : null;
}

/** JSON text as an object; null for anything else. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
