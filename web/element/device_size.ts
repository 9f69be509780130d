/** The size of an element's content in device pixels, watched through layout and zoom. */
export class DeviceSize {
  width = 0;
  height = 0;
  /** The same in the element's own pixels, which nothing around it zooms or scales; known without a layout. */
  css = { width: 0, height: 0 };
  #ratio = devicePixelRatio;
  readonly #element: Element;
  readonly #onChange: () => void;

  constructor(element: Element, onChange: () => void) {
    this.#element = element;
    this.#onChange = onChange;
    const observer = new ResizeObserver(([entry]) => this.#measure(entry?.devicePixelContentBoxSize?.[0]));
    try {
      observer.observe(element, { box: 'device-pixel-content-box' });
    } catch {
      // WebKit hasn't got it.
      observer.observe(element);
    }
    // Zoom may leave one or the other size of the element as it was.
    addEventListener('resize', () => {
      if (devicePixelRatio !== this.#ratio) this.#measure();
    });
  }

  /** Takes the size that the engine says it will draw, where that agrees with the layout, else what is nearest. */
  #measure(drawn?: ResizeObserverSize): void {
    const pixels = (length: number, exact = NaN) => {
      const scaled = length * devicePixelRatio;
      return Math.abs(exact - scaled) < 1 ? exact : Math.round(scaled);
    };
    const box = this.#element.getBoundingClientRect();
    const width = pixels(box.width, drawn?.inlineSize);
    const height = pixels(box.height, drawn?.blockSize);
    const style = getComputedStyle(this.#element);
    this.css = { width: parseFloat(style.width), height: parseFloat(style.height) };
    if (width === this.width && height === this.height && devicePixelRatio === this.#ratio) return;
    this.width = width;
    this.height = height;
    this.#ratio = devicePixelRatio;
    this.#onChange();
  }
}
