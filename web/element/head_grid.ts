import type { HeadName, HeadPlace } from '../lib/index.js';
import { show } from './canvas.js';
import type { Pixels, Tiling } from './head_source.js';
import { nameWords } from './words.js';

export { default as HEAD_GRID_CSS } from './head_grid.css';

/** The side of a small map and the space between two, in CSS pixels: --tile and --gap of the style sheet. */
const TILE = 44;
const GAP = 4;

/** Every head as a small map, layers by heads: a group of which one is chosen, by pointer or keys. */
export class HeadGrid {
  readonly #canvas = document.createElement('canvas');
  #tiles: HTMLButtonElement[] = [];
  /** The head that each tile shows. */
  #places: readonly HeadPlace[] = [];
  #numHeads = 0;

  constructor(
    readonly root: HTMLElement,
    readonly onChoose: (place: HeadPlace) => void,
  ) {
    this.#canvas.setAttribute('aria-hidden', 'true');
    root.addEventListener('keydown', (event) => this.#press(event));
  }

  /** How the picture of all heads is to be tiled. */
  get tiling(): Tiling {
    const pitch = (TILE + GAP) * devicePixelRatio;
    return { size: Math.min(Math.round(TILE * devicePixelRatio), Math.floor(pitch)), pitch };
  }

  /** Makes the frames of so many heads, where there are others. */
  frame(numLayers: number, numHeads: number): void {
    if (this.#tiles.length === numLayers * numHeads && this.#numHeads === numHeads) return;
    this.#numHeads = numHeads;
    this.#places = Array.from({ length: numLayers * numHeads }, (_, i) => ({
      layer: Math.floor(i / numHeads),
      head: i % numHeads,
    }));
    this.#tiles = [];
    const cells: HTMLElement[] = [this.#canvas, this.#number('', 'layer')];
    for (let head = 0; head < numHeads; ++head) cells.push(this.#number(String(head), 'head'));
    for (let layer = 0; layer < numLayers; ++layer) {
      cells.push(this.#number(String(layer), 'layer'));
      for (let head = 0; head < numHeads; ++head) {
        const tile = this.#tile(this.#tiles.length);
        this.#tiles.push(tile);
        cells.push(tile);
      }
    }
    this.root.style.gridTemplateColumns = `auto repeat(${numHeads}, ${TILE}px)`;
    this.root.style.gridTemplateRows = `auto repeat(${numLayers}, ${TILE}px)`;
    this.root.replaceChildren(...cells);
  }

  /** Shows all heads in the order given; the numbers at the edges hold where that is by layer. */
  show(heads: Pixels, places: readonly HeadPlace[] = this.#places, isByLayer = true): void {
    this.#places = places;
    this.root.classList.toggle('sorted', !isByLayer);
    show(this.#canvas, heads);
    this.#canvas.style.width = `${heads.width / devicePixelRatio}px`;
    this.#canvas.style.height = `${heads.height / devicePixelRatio}px`;
  }

  /** Hides the tiles behind the first so many. */
  showCount(count: number): void {
    this.#canvas.hidden = count === 0;
    this.#tiles.forEach((tile, i) => (tile.hidden = i >= count));
  }

  /** Says of every tile which head it shows, what that is called, and whether it is taken out. */
  describe(names: readonly HeadName[] | undefined, ablated: readonly HeadPlace[] = []): void {
    const isAt = (place: HeadPlace) => (other: HeadPlace) =>
      other.layer === place.layer && other.head === place.head;
    this.#tiles.forEach((tile, i) => {
      const place = this.#places[i];
      if (place === undefined) return;
      const name = names?.find(isAt(place));
      const isOut = ablated.some(isAt(place));
      const words = [
        `Layer ${place.layer}, head ${place.head}`,
        ...(name === undefined ? [] : [nameWords(name)]),
        ...(isOut ? ['taken out'] : []),
      ].join(', ');
      tile.setAttribute('aria-label', words);
      tile.title = words;
      tile.classList.toggle('out', isOut);
    });
  }

  choose({ layer, head }: HeadPlace): void {
    this.#tiles.forEach((tile, i) => {
      const place = this.#places[i];
      const chosen = place?.layer === layer && place.head === head;
      if (String(chosen) === tile.getAttribute('aria-checked')) return;
      tile.setAttribute('aria-checked', String(chosen));
      tile.tabIndex = chosen ? 0 : -1;
      if (chosen) this.#reveal(tile);
    });
  }

  /** Scrolls the grid sideways, and nothing else, to where the tile is seen. */
  #reveal(tile: HTMLElement): void {
    const frame = this.root.parentElement as HTMLElement;
    // Offsets are in the grid's own pixels, however the page is scaled; the frame's padding is as wide as a gap.
    const left = tile.offsetLeft + GAP - frame.scrollLeft;
    // The numbers of the layers stay at the left edge.
    const [tooFarRight, tooFarLeft] = [left + tile.offsetWidth + 8 - frame.clientWidth, left - 8 - TILE];
    frame.scrollLeft += Math.max(0, tooFarRight) + Math.min(0, tooFarLeft);
  }

  #number(text: string, of: 'layer' | 'head'): HTMLElement {
    const element = document.createElement('span');
    element.className = of;
    element.setAttribute('aria-hidden', 'true');
    element.textContent = text;
    return element;
  }

  #tile(index: number): HTMLButtonElement {
    const { layer, head } = this.#places[index] as HeadPlace;
    const tile = document.createElement('button');
    tile.type = 'button';
    tile.tabIndex = -1;
    tile.setAttribute('role', 'radio');
    tile.setAttribute('aria-checked', 'false');
    tile.setAttribute('aria-label', `Layer ${layer}, head ${head}`);
    tile.addEventListener('click', () => this.onChoose(this.#places[index] as HeadPlace));
    return tile;
  }

  #press(event: KeyboardEvent): void {
    const at = this.#tiles.indexOf(event.target as HTMLButtonElement);
    if (at === -1 || event.ctrlKey || event.altKey || event.metaKey) return;
    const firstOfRow = at - (at % this.#numHeads);
    const moves: Record<string, number> = {
      ArrowUp: at - this.#numHeads,
      ArrowDown: at + this.#numHeads,
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: firstOfRow,
      End: firstOfRow + this.#numHeads - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tile = this.#tiles[to];
    if (tile === undefined) return;
    tile.focus({ preventScroll: true });
    this.#reveal(tile);
    this.onChoose(this.#places[to] as HeadPlace);
  }
}
