// A colour table in JavaScript and putImageData.

export function start() {}

export function draw({ weights, canvases, colours }) {
  const images = canvases.map(({ canvas }) => new ImageData(canvas.width, canvas.height));
  const pixels = images.map(({ data }) => new Uint32Array(data.buffer));
  const run = () => {
    for (const [map, context] of canvases.entries()) {
      colour(weights[map], colours, pixels[map]);
      context.putImageData(images[map], 0, 0);
    }
    return canvases;
  };
  return { 'colour table in JavaScript': run };
}

function colour(weights, colours, pixels) {
  let top = 0;
  for (let i = 0; i < weights.length; ++i) if (weights[i] > top) top = weights[i];
  const factor = (colours.length - 1) / top;
  for (let i = 0; i < weights.length; ++i) pixels[i] = colours[(weights[i] * factor + 0.5) | 0];
}
