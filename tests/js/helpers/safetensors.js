/** The tensors of a safetensors file by name: { dtype, shape, data }. */
export function readTensors(bytes) {
  const begin = 8 + Number(bytes.readBigUInt64LE(0));
  const header = Object.entries(JSON.parse(bytes.subarray(8, begin)));
  return Object.fromEntries(
    header
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [first, end],
          },
        ]) => [name, { dtype, shape, data: bytes.subarray(begin + first, begin + end) }],
      ),
  );
}

/** A safetensors file of tensors as readTensors gives them. */
export function writeTensors(tensors) {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data_offsets: [end, (end += data.length)] },
    ]),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(({ data }) => data)]);
}
