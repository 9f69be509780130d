import type { HeadPlace, Picture } from '../lib/index.js';
import { pixelWidth, show } from './canvas.js';

/** Every head as a small map, layers by heads: a group of which one is chosen, by pointer or arrow keys. */
export class HeadGrid {
  #tiles: HTMLButtonElement[] = [];
  #numHeads = 0;

  constructor(
    readonly root: HTMLElement,
    readonly onChoose: (place: HeadPlace) => void,
  ) {
    root.addEventListener('keydown', (event) => this.#press(event));
  }

  /** The side of a small map in device pixels. */
  get tileSize(): number {
    const tile = this.#tiles[0]?.firstElementChild;
    return tile ? pixelWidth(tile) : Math.round(42 * devicePixelRatio);
  }

  show(pictures: readonly Picture[], numLayers: number, numHeads: number): void {
    if (this.#tiles.length !== numLayers * numHeads || this.#numHeads !== numHeads) {
      this.#build(numLayers, numHeads);
    }
    pictures.forEach((picture, i) => show(this.#tiles[i]?.firstElementChild as HTMLCanvasElement, picture));
  }

  choose({ layer, head }: HeadPlace): void {
    this.#tiles.forEach((tile, i) => {
      const chosen = i === layer * this.#numHeads + head;
      tile.setAttribute('aria-checked', String(chosen));
      tile.tabIndex = chosen ? 0 : -1;
      if (chosen) this.#reveal(tile);
    });
  }

  /** Scrolls the grid sideways, and nothing else, to where the tile is seen. */
  #reveal(tile: HTMLElement): void {
    const frame = this.root.parentElement as HTMLElement;
    const [inner, outer] = [tile.getBoundingClientRect(), frame.getBoundingClientRect()];
    const beyond = Math.max(0, inner.right + 8 - outer.right) + Math.min(0, inner.left - 8 - outer.left);
    frame.scrollLeft += beyond;
  }

  #build(numLayers: number, numHeads: number): void {
    this.#numHeads = numHeads;
    this.#tiles = [];
    const number = (value: number | string) => {
      const element = document.createElement('span');
      element.ariaHidden = 'true';
      element.textContent = String(value);
      return element;
    };
    const cells: HTMLElement[] = [number(''), ...Array.from({ length: numHeads }, (_, head) => number(head))];
    for (let layer = 0; layer < numLayers; ++layer) {
      cells.push(number(layer));
      for (let head = 0; head < numHeads; ++head) {
        const tile = document.createElement('button');
        tile.type = 'button';
        tile.setAttribute('role', 'radio');
        tile.setAttribute('aria-label', `Layer ${layer}, head ${head}`);
        tile.append(document.createElement('canvas'));
        tile.addEventListener('click', () => this.onChoose({ layer, head }));
        this.#tiles.push(tile);
        cells.push(tile);
      }
    }
    this.root.style.gridTemplateColumns = `auto repeat(${numHeads}, 44px)`;
    this.root.replaceChildren(...cells);
  }

  #press(event: KeyboardEvent): void {
    const at = this.#tiles.indexOf(event.target as HTMLButtonElement);
    const steps: Record<string, number> = {
      ArrowUp: -this.#numHeads,
      ArrowDown: this.#numHeads,
      ArrowLeft: -1,
      ArrowRight: 1,
    };
    const step = steps[event.key];
    if (at === -1 || step === undefined) return;
    event.preventDefault();
    const tile = this.#tiles[at + step];
    if (tile === undefined) return;
    tile.focus();
    this.onChoose({ layer: Math.floor((at + step) / this.#numHeads), head: (at + step) % this.#numHeads });
  }
}
