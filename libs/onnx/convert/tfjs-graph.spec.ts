import { tinyTfjs } from '#testing/tiny-tfjs-model.js';
import { halfToFloat, readTfjsGraph } from './tfjs-graph.js';

describe('halfToFloat', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %i as %d', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
  });
});

describe('readTfjsGraph', () => {
  const weights = [
    { name: 'a', shape: [2], values: [1.5, -2] },
    { name: 'b', shape: [], values: [7], dtype: 'int32' as const },
  ];

  it('reads nodes without control inputs and weights in their order', () => {
    const { json, bin } = tinyTfjs([{ name: 'n', op: 'AddV2', input: ['a:0', 'b', '^ignored'] }], weights);
    const graph = readTfjsGraph(json, bin);
    expect(graph.nodes.get('n')?.inputs).toEqual(['a', 'b']);
    expect(graph.constants.get('a')).toEqual({ shape: [2], values: Float32Array.of(1.5, -2) });
    expect(graph.constants.get('b')?.values).toEqual(Float32Array.of(7));
  });

  it('reads float16 weights from an unaligned buffer', () => {
    const model = JSON.parse(tinyTfjs([], [{ name: 'h', shape: [2], values: [0, 0] }]).json.toString()) as {
      weightsManifest: { weights: { quantization?: object }[] }[];
    };
    model.weightsManifest[0].weights[0].quantization = { dtype: 'float16' };
    const bytes = Buffer.from([0xff, 0x00, 0x3c, 0x00, 0xc0]).subarray(1);
    const graph = readTfjsGraph(Buffer.from(JSON.stringify(model)), bytes);
    expect(graph.constants.get('h')?.values).toEqual(Float32Array.of(1, -2));
  });

  it.each([
    ['too short', (bin: Buffer) => bin.subarray(0, 9), /ends inside b/],
    ['too long', (bin: Buffer) => Buffer.concat([bin, Buffer.alloc(1)]), /13 bytes; the model describes 12/],
  ])('refuses a weight file that is %s', (_, change, message) => {
    const { json, bin } = tinyTfjs([], weights);
    expect(() => readTfjsGraph(json, change(bin))).toThrow(message);
  });

  it.each([
    ['JSON of something else', Buffer.from('{"format":"layers-model"}')],
    ['a text file', Buffer.from('hello')],
  ])('refuses %s', (_, json) => {
    expect(() => readTfjsGraph(json, Buffer.alloc(0))).toThrow(/Not a TensorFlow.js graph model/);
  });
});
