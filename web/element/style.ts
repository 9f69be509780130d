import GRID from './head_grid.css';
import SHADOW from './shadow.css';

let sheet: CSSStyleSheet | undefined;

/** The style sheet that all elements of a page share. */
export function elementStyle(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(SHADOW + GRID);
  }
  return sheet;
}
