/** Numbers that look random and are the same every time, in (−1, 1). */
export function tensor(...shape) {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, (_, i) =>
    Math.sin(12.9898 * (i + 1) + 78.233 * shape.length),
  );
  return { data, shape };
}

/** The inputs of a small call: 4 query heads over 2 key-value heads, 3 queries, 5 keys. */
export function smallCall() {
  return { query: tensor(4, 3, 8), key: tensor(2, 5, 8), value: tensor(2, 5, 6) };
}

export function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
