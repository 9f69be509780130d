/** Numbers of which the smallest comes out first; log n for each. */
export class MinHeap {
  readonly #numbers: number[] = [];

  push(number: number): void {
    const numbers = this.#numbers;
    let at = numbers.length;
    numbers.push(number);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((numbers[parent] as number) <= number) break;
      numbers[at] = numbers[parent] as number;
      at = parent;
    }
    numbers[at] = number;
  }

  pop(): number | undefined {
    const numbers = this.#numbers;
    const smallest = numbers[0];
    const last = numbers.pop();
    if (last === undefined || numbers.length === 0) return smallest;
    let at = 0;
    for (let child = 1; child < numbers.length; child = 2 * at + 1) {
      const right = child + 1;
      if (right < numbers.length && (numbers[right] as number) < (numbers[child] as number)) child = right;
      if ((numbers[child] as number) >= last) break;
      numbers[at] = numbers[child] as number;
      at = child;
    }
    numbers[at] = last;
    return smallest;
  }
}
