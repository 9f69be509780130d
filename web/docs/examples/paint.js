import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const weights = { data: Float32Array.of(1, 0, 0.25, 0.75), shape: [2, 2] };
  const picture = core.paint({ weights, width: 64, height: 64, theme: 'light' });
  print(picture.pixels.length, picture.max);
  // → 16384 1
  // On a page: context.putImageData(new ImageData(picture.pixels, 64, 64), 0, 0)
  print([...picture.pixels.slice(4 * 63, 4 * 63 + 3)]);
  // → 255,255,255

  const difference = { data: Float32Array.of(0.5, -0.5), shape: [1, 2] };
  const two = core.paint({ weights: difference, width: 2, height: 1, colours: 'diverging' });
  print(two.pixels[2] > two.pixels[0], two.pixels[6] < two.pixels[4]); // purple, olive
  // → true true
}
