import { make } from './make.js';

/** How much CSS `zoom` enlarges an element, in engines that don't tell. */
function zoomOf(element: Element): number {
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  const around = element.assignedSlot ?? element.parentElement ?? host;
  return (Number(getComputedStyle(element).zoom) || 1) * (around === undefined ? 1 : zoomOf(around));
}

/** Marks in three corners of an element with a position: they find what a pointer is at, however the element is turned. */
export class Corners {
  readonly marks = ['', 'left:100%', 'top:100%'].map((corner) => {
    const mark = make('i');
    mark.style.cssText = `position:absolute;left:0;top:0;${corner}`;
    return mark;
  }) as [HTMLElement, HTMLElement, HTMLElement];

  /** Where a pointer is, in shares of the element's sides. */
  place({ clientX, clientY, offsetX, offsetY, isTrusted }: MouseEvent): { x: number; y: number } {
    const element = this.marks[0].parentElement as HTMLElement;
    // WebKit divides the boxes of elements by their zoom, but not the places of its own pointers.
    if (isTrusted && (element as Partial<HTMLElement>).currentCSSZoom === undefined) {
      const zoom = zoomOf(element);
      return { x: offsetX / zoom / element.offsetWidth, y: offsetY / zoom / element.offsetHeight };
    }
    const [origin, right, bottom] = this.marks.map((mark) => mark.getBoundingClientRect()) as [
      DOMRect,
      DOMRect,
      DOMRect,
    ];
    const from = (x: number, y: number) => [x - origin.x, y - origin.y] as const;
    const [x, y] = from(clientX, clientY);
    const [ax, ay] = from(right.x, right.y);
    const [bx, by] = from(bottom.x, bottom.y);
    const area = ax * by - ay * bx;
    return { x: (x * by - y * bx) / area, y: (ax * y - ay * x) / area };
  }
}
