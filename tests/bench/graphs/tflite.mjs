// Writes .tflite files: the few parts of the TensorFlow Lite schema (schema.fbs, version 3) that attention takes.
import { Builder } from 'flatbuffers';

/** An operator's code in BuiltinOperator, its options' code in BuiltinOptions, and the fields of those options. */
const OPERATORS = {
  ADD: { code: 0, optionsCode: 11 },
  FULLY_CONNECTED: { code: 9, optionsCode: 8, fields: { keepNumDims: [2, 'Int8'] } },
  MUL: { code: 18, optionsCode: 21 },
  RESHAPE: { code: 22, optionsCode: 17 },
  SOFTMAX: { code: 25, optionsCode: 9, fields: { beta: [0, 'Float32'] } },
  TRANSPOSE: { code: 39, optionsCode: 26 },
  BATCH_MATMUL: { code: 126, optionsCode: 101, fields: { adjX: [0, 'Int8'], adjY: [1, 'Int8'] } },
};

const FLOAT32 = 0;
const INT32 = 2;

/** A graph that grows an operator at a time; tensors are their numbers. */
export class TfliteGraph {
  #tensors = [];
  #operators = [];
  #inputs = [];

  input(shape) {
    const tensor = this.#tensor(shape);
    this.#inputs.push(tensor);
    return tensor;
  }

  constant(data, shape) {
    return this.#tensor(shape, data);
  }

  add(a, b) {
    return this.#operate('ADD', [a, b], this.#shape(a));
  }

  multiply(a, b) {
    return this.#operate('MUL', [a, b], this.#shape(a));
  }

  softmax(scores) {
    return this.#operate('SOFTMAX', [scores], this.#shape(scores), { beta: 1 });
  }

  /** a b over all but the last two dimensions, or a bᵀ. */
  batchMatMul(a, b, adjY = false) {
    const columns = this.#shape(b).at(adjY ? -2 : -1);
    return this.#operate('BATCH_MATMUL', [a, b], [...this.#shape(a).slice(0, -1), columns], { adjY });
  }

  /** x weightsᵀ for weights [out, in]. */
  fullyConnected(x, weights) {
    const shape = [...this.#shape(x).slice(0, -1), this.#shape(weights)[0]];
    return this.#operate('FULLY_CONNECTED', [x, weights], shape, { keepNumDims: true });
  }

  reshape(x, shape) {
    return this.#operate('RESHAPE', [x, this.constant(Int32Array.from(shape), [shape.length])], shape);
  }

  transpose(x, order) {
    const shape = order.map((axis) => this.#shape(x)[axis]);
    return this.#operate('TRANSPOSE', [x, this.constant(Int32Array.from(order), [order.length])], shape);
  }

  /** The file that computes the given tensors. */
  bytes(outputs) {
    const builder = new Builder(1 << 16);
    const buffers = [null, ...this.#tensors.flatMap(({ data }) => data ?? [])];
    const codes = [...new Set(this.#operators.map(({ name }) => name))];
    const subgraph = table(builder, [
      [
        0,
        tables(
          builder,
          this.#tensors.map((tensor, i) => writeTensor(builder, tensor, i, buffers)),
        ),
      ],
      [1, integers(builder, this.#inputs)],
      [2, integers(builder, outputs)],
      [
        3,
        tables(
          builder,
          this.#operators.map((operator) => writeOperator(builder, operator, codes)),
        ),
      ],
      [4, builder.createString('main')],
    ]);
    const model = table(builder, [
      [0, 3, 'Int32'],
      [
        1,
        tables(
          builder,
          codes.map((name) => writeCode(builder, OPERATORS[name].code)),
        ),
      ],
      [2, tables(builder, [subgraph])],
      [3, builder.createString('attention-head benchmark')],
      [
        4,
        tables(
          builder,
          buffers.map((data) => writeBuffer(builder, data)),
        ),
      ],
    ]);
    builder.finish(model, 'TFL3');
    return builder.asUint8Array().slice();
  }

  #shape(tensor) {
    return this.#tensors[tensor].shape;
  }

  #tensor(shape, data) {
    return this.#tensors.push({ shape, data }) - 1;
  }

  #operate(name, inputs, shape, options = {}) {
    const output = this.#tensor(shape);
    this.#operators.push({ name, inputs, output, options });
    return output;
  }
}

/** A table of fields [number, value, type]; without a type the value is the offset of what was written before. */
function table(builder, fields) {
  builder.startObject(1 + Math.max(-1, ...fields.map(([field]) => field)));
  for (const [field, value, type = 'Offset'] of fields) builder[`addField${type}`](field, value, 0);
  return builder.endObject();
}

function tables(builder, offsets) {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

function integers(builder, numbers) {
  builder.startVector(4, numbers.length, 4);
  for (const number of numbers.toReversed()) builder.addInt32(number);
  return builder.endVector();
}

function writeTensor(builder, { shape, data }, number, buffers) {
  return table(builder, [
    [0, integers(builder, shape)],
    [1, data instanceof Int32Array ? INT32 : FLOAT32, 'Int8'],
    [2, data === undefined ? 0 : buffers.indexOf(data), 'Int32'],
    [3, builder.createString(`tensor${number}`)],
  ]);
}

function writeOperator(builder, { name, inputs, output, options }, codes) {
  const { optionsCode, fields = {} } = OPERATORS[name];
  const written = Object.entries(options).map(([option, value]) => {
    const [field, type] = fields[option];
    return [field, Number(value), type];
  });
  return table(builder, [
    [0, codes.indexOf(name), 'Int32'],
    [1, integers(builder, inputs)],
    [2, integers(builder, [output])],
    [3, optionsCode, 'Int8'],
    [4, table(builder, written)],
  ]);
}

function writeCode(builder, code) {
  return table(builder, [
    [0, Math.min(code, 127), 'Int8'],
    [2, 1, 'Int32'],
    [3, code, 'Int32'],
  ]);
}

function writeBuffer(builder, data) {
  if (data === null) return table(builder, []);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  builder.prep(16, bytes.length); // the schema asks for this alignment
  return table(builder, [[0, builder.createByteVector(bytes)]]);
}
