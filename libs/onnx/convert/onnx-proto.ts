import protobuf from 'protobufjs';

/**
 * Writes an ONNX model file: the part of the format that a plain convolutional network needs.
 * Source: onnx/onnx.proto of ONNX 1.17 (field numbers, data types), IR version 8, operator set 17 where none is named.
 */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

export type OnnxAttribute = number | readonly number[] | string | { readonly int: number };

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** An array is INTS, a string STRING, `{ int }` INT and a number FLOAT. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of the model. A name in place of a size stands for any size. */
export interface OnnxValue {
  readonly name: string;
  readonly type: 'float' | 'uint8' | 'int64';
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly producer: string;
  /** Default 17. */
  readonly operatorSet?: number;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const IR_VERSION = 8;
const OPERATOR_SET = 17;
const dataTypes = { float: 1, uint8: 2, int64: 7 } as const;
const attributeTypes = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 } as const;

const field = (id: number, type: string) => ({ id, type });
const list = (id: number, type: string) => ({ id, type, rule: 'repeated' });

const schema = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'GraphProto'),
        opsetImport: list(8, 'OperatorSetIdProto'),
      },
    },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    GraphProto: {
      fields: {
        node: list(1, 'NodeProto'),
        name: field(2, 'string'),
        initializer: list(5, 'TensorProto'),
        input: list(11, 'ValueInfoProto'),
        output: list(12, 'ValueInfoProto'),
      },
    },
    NodeProto: {
      fields: {
        input: list(1, 'string'),
        output: list(2, 'string'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: list(5, 'AttributeProto'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        ints: list(8, 'int64'),
        type: field(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: list(1, 'int64'),
        dataType: field(2, 'int32'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorTypeProto') } },
    TensorTypeProto: { fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') } },
    TensorShapeProto: { fields: { dim: list(1, 'DimensionProto') } },
    DimensionProto: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
  },
});

/** The bytes of a model file. The same model gives the same bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const type = schema.lookupType('ModelProto');
  return type
    .encode(
      type.create({
        irVersion: IR_VERSION,
        producerName: model.producer,
        opsetImport: [{ domain: '', version: model.operatorSet ?? OPERATOR_SET }],
        graph: {
          name: model.name,
          node: model.nodes.map(nodeProto),
          initializer: model.initializers.map(tensorProto),
          input: model.inputs.map(valueProto),
          output: model.outputs.map(valueProto),
        },
      }),
    )
    .finish();
}

function nodeProto(node: OnnxNode): object {
  return {
    name: node.output,
    opType: node.opType,
    input: [...node.inputs],
    output: [node.output],
    attribute: Object.entries(node.attributes).map(([name, value]) => ({ name, ...attributeProto(value) })),
  };
}

function attributeProto(value: OnnxAttribute): object {
  if (typeof value === 'string') return { s: Buffer.from(value, 'utf8'), type: attributeTypes.STRING };
  if (typeof value === 'number') return { f: value, type: attributeTypes.FLOAT };
  if ('int' in value) return { i: value.int, type: attributeTypes.INT };
  return { ints: [...value], type: attributeTypes.INTS };
}

/** Raw data is little-endian by definition; so is every machine that ONNX Runtime runs on. */
function tensorProto(tensor: OnnxTensor): object {
  const { buffer, byteOffset, byteLength } = tensor.values;
  return {
    name: tensor.name,
    dims: [...tensor.dims],
    dataType: dataTypes.float,
    rawData: new Uint8Array(buffer, byteOffset, byteLength),
  };
}

function valueProto(value: OnnxValue): object {
  const dim = value.dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name: value.name, type: { tensorType: { elemType: dataTypes[value.type], shape: { dim } } } };
}
