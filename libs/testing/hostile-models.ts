/**
 * ONNX files that harm whoever runs them: they open without complaint. Written field by field, because `encodeOnnx` writes plain
 * networks only. Source of field numbers: onnx/onnx.proto of ONNX 1.17.
 */
const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
const GRAPH = 5;

/** Input `image` as `tinyHeatmapFacts` says; the trip count is as good as endless, so the run never comes back. */
export function endlessModel(): Uint8Array {
  const body = graph({
    nodes: [node('Identity', ['again'], 'goes-on'), node('Identity', ['values'], 'maps')],
    inputs: [value('turn', INT64, []), value('again', BOOL, []), value('values', FLOAT, null)],
    outputs: [value('goes-on', BOOL, []), value('maps', FLOAT, null)],
  });
  const loop = node(
    'Loop',
    ['turns', 'start', 'image'],
    'maps',
    message(5, text(1, 'body'), message(6, body), whole(20, GRAPH)),
  );
  return model(
    graph({
      nodes: [loop],
      tensors: [tensor('turns', INT64, [], int64s([2n ** 62n])), tensor('start', BOOL, [], Uint8Array.of(1))],
      inputs: [imageInput],
      outputs: [value('maps', FLOAT, null)],
    }),
  );
}

/** Asks for so much memory at once and writes to all of it. */
export function greedyModel(bytes: bigint): Uint8Array {
  return model(
    graph({
      nodes: [
        node('ConstantOfShape', ['shape'], 'many'),
        node('ReduceSum', ['many'], 'sum'),
        node('Add', ['image', 'sum'], 'maps'),
      ],
      tensors: [tensor('shape', INT64, [1], int64s([bytes / 4n]))],
      inputs: [imageInput],
      outputs: [value('maps', FLOAT, null)],
    }),
  );
}

interface GraphParts {
  readonly nodes: readonly Uint8Array[];
  readonly tensors?: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

function model(body: Uint8Array): Uint8Array {
  return join(whole(1, 8), message(7, body), message(8, text(1, ''), whole(2, 17)));
}

function graph({ nodes, tensors = [], inputs, outputs }: GraphParts): Uint8Array {
  const all = (id: number, parts: readonly Uint8Array[]): Uint8Array[] => parts.map((part) => message(id, part));
  return join(...all(1, nodes), text(2, 'graph'), ...all(5, tensors), ...all(11, inputs), ...all(12, outputs));
}

function node(opType: string, inputs: readonly string[], output: string, attribute?: Uint8Array): Uint8Array {
  const parts = [...inputs.map((name) => text(1, name)), text(2, output), text(4, opType)];
  return join(...parts, ...(attribute === undefined ? [] : [attribute]));
}

function tensor(name: string, type: number, dims: readonly number[], raw: Uint8Array): Uint8Array {
  return join(...dims.map((dim) => whole(1, dim)), whole(2, type), text(8, name), message(9, raw));
}

/** `dims` null: any shape. */
function value(name: string, type: number, dims: readonly (number | string)[] | null): Uint8Array {
  const sizes = (dims ?? []).map((dim) => message(1, typeof dim === 'number' ? whole(1, dim) : text(2, dim)));
  const shape = dims === null ? [] : [message(2, ...sizes)];
  return join(text(1, name), message(2, message(1, whole(1, type), ...shape)));
}

const imageInput = value('image', FLOAT, ['n', 3, 64, 48]);

function int64s(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values).buffer);
}

function whole(id: number, number: number): Uint8Array {
  return join(varint(id * 8), varint(number));
}

function text(id: number, content: string): Uint8Array {
  return message(id, Buffer.from(content, 'utf8'));
}

function message(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = join(...parts);
  return join(varint(id * 8 + 2), varint(content.length), content);
}

function varint(number: number): Uint8Array {
  const bytes: number[] = [];
  let left = number;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Uint8Array.from([...bytes, left]);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
