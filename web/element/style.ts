const sheets = new Map<string, CSSStyleSheet>();

/** The style sheet of these rules, which all elements of a page share. */
export function styleSheet(css: string): CSSStyleSheet {
  const known = sheets.get(css);
  if (known !== undefined) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  return sheet;
}
