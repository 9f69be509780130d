/** Gives a canvas about as many pixels as it takes on the screen, and clears it. */
export function fitToScreen(canvas: HTMLCanvasElement): void {
  const { width, height } = canvas.getBoundingClientRect();
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
}
