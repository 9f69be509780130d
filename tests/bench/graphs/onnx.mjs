// Writes .onnx files: the few parts of ONNX's protobuf schema (onnx.proto) that attention takes.
import protobuf from 'protobufjs';

const SCHEMA = `
  syntax = "proto3";
  message Attribute { string name = 1; float f = 2; int64 i = 3; int32 type = 20; }
  message Node {
    repeated string input = 1; repeated string output = 2; string op_type = 4;
    repeated Attribute attribute = 5; string domain = 7;
  }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Dimension { int64 dim_value = 1; }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message OperatorSet { string domain = 1; int64 version = 2; }
  message Model { int64 ir_version = 1; Graph graph = 7; repeated OperatorSet opset_import = 8; }`;

const Model = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('Model');

const FLOAT = 1;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const MICROSOFT = 'com.microsoft';

function valueInfo(name, shape) {
  const dim = shape.map((length) => ({ dim_value: length }));
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}

/** A graph that grows a node at a time; values are their names. */
export class OnnxGraph {
  #node = [];
  #initializer = [];
  #input = [];

  input(name, shape) {
    this.#input.push(valueInfo(name, shape));
    return name;
  }

  constant({ data, shape }) {
    const name = `constant${this.#initializer.length}`;
    const raw_data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializer.push({ name, dims: shape, data_type: FLOAT, raw_data });
    return name;
  }

  add(a, b) {
    return this.#operate('Add', [a, b]);
  }

  matMul(a, b) {
    return this.#operate('MatMul', [a, b]);
  }

  /** alpha · a bᵀ. */
  scaledMatMulTransposed(a, b, alpha) {
    const attributes = [
      { name: 'alpha', f: alpha, type: ATTRIBUTE_FLOAT },
      { name: 'transB', i: 1, type: ATTRIBUTE_INT },
    ];
    return this.#operate('FusedMatMul', [a, b], attributes, MICROSOFT);
  }

  softmax(scores) {
    return this.#operate('Softmax', [scores], [{ name: 'axis', i: -1, type: ATTRIBUTE_INT }]);
  }

  multiHeadAttention(query, key, value, heads) {
    const attributes = [{ name: 'num_heads', i: heads, type: ATTRIBUTE_INT }];
    return this.#operate('MultiHeadAttention', [query, key, value], attributes, MICROSOFT);
  }

  /** The file that computes the given values, each with its shape. */
  bytes(outputs) {
    const model = {
      ir_version: 8,
      opset_import: [
        { domain: '', version: 17 },
        { domain: MICROSOFT, version: 1 },
      ],
      graph: {
        name: 'attention',
        node: this.#node,
        initializer: this.#initializer,
        input: this.#input,
        output: outputs.map(({ value, shape }) => valueInfo(value, shape)),
      },
    };
    return Model.encode(Model.create(model)).finish();
  }

  #operate(op_type, input, attribute = [], domain = '') {
    const output = `${op_type}${this.#node.length}`;
    this.#node.push({ op_type, input, output: [output], attribute, domain });
    return output;
  }
}
