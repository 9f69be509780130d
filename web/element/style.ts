/** The element's own look. What a page may change are the custom properties that begin with --attention-head. */
const STYLE = `
:host {
  display: block;
  overflow: hidden;
}
:host([hidden]) { display: none; }
/* What a page sets for all elements reaches the host; nothing of it reaches further than here. */
.frame {
  all: initial;
  --label: 88px;
  --line: 24px;
  --paper: var(--attention-head-paper, #fff);
  --ink: var(--attention-head-ink, #1c1c22);
  --quiet: var(--attention-head-quiet, #5e5e68);
  --rule: var(--attention-head-rule, #dcdce2);
  --edge: var(--attention-head-edge, #85858f);
  --accent: var(--attention-head-accent, #b3123f);
  --query: var(--attention-head-query, #1f5fbf);
  --key: var(--attention-head-key, #a34a06);
  --value: var(--attention-head-value, #1a7340);
  --map-ink: var(--attention-head-map, #5b2a86);
  position: relative;
  display: flex;
  flex-direction: column;
  box-sizing: border-box;
  block-size: 100%;
  container: frame / size;
  background: var(--paper);
  color: var(--ink);
  color-scheme: light;
  font: 14px/20px var(--attention-head-font, system-ui, sans-serif);
  font-variant-numeric: tabular-nums;
  text-size-adjust: 100%;
  -webkit-text-size-adjust: 100%;
}
.frame.dark {
  --paper: var(--attention-head-paper, #141418);
  --ink: var(--attention-head-ink, #ececf1);
  --quiet: var(--attention-head-quiet, #a6a6b1);
  --rule: var(--attention-head-rule, #393941);
  --edge: var(--attention-head-edge, #74747f);
  --accent: var(--attention-head-accent, #ff7593);
  --query: var(--attention-head-query, #86b6ff);
  --key: var(--attention-head-key, #ffb26b);
  --value: var(--attention-head-value, #6fd195);
  --map-ink: var(--attention-head-map, #c79bf0);
  color-scheme: dark;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p, ol, ul { margin: 0; padding: 0; }
ol, ul { list-style: none; }
button, select, input[type='text'] {
  box-sizing: border-box;
  font: inherit;
  color: inherit;
  background: var(--paper);
  border: 1px solid var(--edge);
  border-radius: 6px;
}
button, select { min-height: 44px; }
select { padding: 0 8px; color: var(--accent); }
button {
  padding: 0 12px;
  color: var(--accent);
  cursor: pointer;
}
button:disabled { color: var(--quiet); cursor: default; }
button:hover:enabled { border-color: currentcolor; }
input { accent-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.quiet, .added { color: var(--quiet); }
.query { color: var(--query); }
.key { color: var(--key); }
.value { color: var(--value); }
.piece::before { content: '·'; color: var(--quiet); }

.bar { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 4px; }
.bar .grow { flex: 1 1 0; min-width: 0; }
.head-button { flex: 1 1 160px; display: flex; gap: 8px; align-items: center; min-width: 0; text-align: start; }
.head-button span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.head-button .quiet { flex: 1 1 0; min-width: 0; }
.tabs { display: flex; }
.tabs button { border-radius: 0; margin-inline-start: -1px; color: var(--ink); }
.tabs button:first-child { border-radius: 6px 0 0 6px; }
.tabs button:last-child { border-radius: 0 6px 6px 0; }
.tabs [aria-selected='true'] { color: var(--accent); border-color: var(--accent); box-shadow: inset 0 -2px var(--accent); z-index: 1; }
.text-field { display: flex; gap: 8px; padding: 4px; align-items: center; }
.text-field input { flex: 1; min-width: 0; min-height: 44px; padding: 0 12px; font-size: 16px; }

.stage-area { position: relative; flex: 1 1 0; min-height: 0; }
.view, .panel { position: absolute; inset: 0; overflow: auto; overscroll-behavior: contain; }
.panel { background: var(--paper); padding: 4px; z-index: 3; }
.stale .view { opacity: 0.25; }

.readout { min-height: 48px; padding: 4px 8px; line-height: 20px; }
.readout .sentence { min-height: 40px; max-height: 60px; overflow: auto; }
.readout bdi, .stage bdi { font-weight: 600; white-space: pre; }
.readout bdi { display: inline-block; max-width: 9em; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
.numbers { display: flex; gap: 16px; min-height: 20px; margin: 0; font-size: 12px; color: var(--quiet); }
.numbers div { display: flex; gap: 4px; }
.numbers dd { margin: 0; color: var(--ink); }

.map-view { block-size: 100%; container: map / size; }
.map {
  --side: min(100cqw - var(--label), 100cqh - var(--label));
  display: grid;
  grid-template: var(--label) var(--side) / var(--label) var(--side);
  justify-content: center;
}
.corner { display: grid; align-content: end; justify-items: end; padding: 4px 8px; font-size: 12px; line-height: 16px; white-space: nowrap; }
.row-labels, .column-labels { position: relative; font-size: 12px; line-height: 14px; }
.row-labels span, .column-labels span { position: absolute; max-width: calc(var(--label) - 12px); overflow-x: clip; white-space: pre; text-overflow: ellipsis; }
.row-labels span { right: 8px; transform: translateY(-50%); }
.column-labels span { bottom: 8px; transform: translateX(7px) rotate(-90deg); transform-origin: 0 100%; }
.row-labels .chosen { color: var(--query); font-weight: 600; }
.column-labels .chosen { color: var(--key); font-weight: 600; }
.plane { position: relative; outline-offset: 3px; background: var(--paper); box-shadow: 0 0 0 1px var(--rule); cursor: crosshair; touch-action: pan-y; overflow: clip; overflow-clip-margin: 3px; forced-color-adjust: none; }
.plane canvas { display: block; width: 100%; height: 100%; image-rendering: pixelated; }
.row-outline, .column-outline, .cell-outline { position: absolute; top: 0; left: 0; pointer-events: none; }
.row-outline, .column-outline { box-shadow: 0 0 0 2.5px var(--paper); }
.row-outline { outline: 1.5px solid var(--query); }
.column-outline { outline: 1.5px solid var(--key); }
.cell-outline { outline: 2px solid var(--ink); box-shadow: 0 0 0 3px var(--paper); }

.lines-view { block-size: 100%; overflow: auto; }
.lines { display: grid; grid-template-columns: minmax(0, 1fr) minmax(72px, 2fr) minmax(0, 1fr); min-height: calc(var(--rows) * var(--line)); max-width: 640px; margin: 0 auto; }
.lines li { height: var(--line); padding: 0 8px; line-height: var(--line); overflow: hidden; text-overflow: ellipsis; white-space: pre; cursor: pointer; }
.query-column { text-align: end; }
.lines canvas { width: 100%; height: calc(var(--rows) * var(--line)); }
.query-column .chosen { color: var(--query); font-weight: 600; box-shadow: inset -3px 0 var(--query); }
.key-column .chosen { color: var(--key); font-weight: 600; box-shadow: inset 3px 0 var(--key); }

.words-view { padding: 8px; }
.words-view .text { max-width: 34em; margin: 16px auto; font-size: 20px; line-height: 44px; white-space: pre-wrap; overflow-wrap: anywhere; }
.words-view .quiet { max-width: 48em; margin: 0 auto; }
.token { padding: 6px 1px; border-radius: 4px; cursor: pointer; forced-color-adjust: none; color: var(--ink); }
.token.added { font-size: 14px; color: var(--quiet); }
.token.on-dark { color: #fff; }
.dark .token.on-dark { color: #ececf1; }
.dark .token:not(.on-dark) { color: #141418; }
.token.chosen { outline: 2px solid var(--query); outline-offset: 1px; }

.inside-view { display: flex; flex-direction: column; block-size: 100%; }
.formula { flex: none; padding: 8px; border-block-end: 1px solid var(--rule); font-size: 18px; }
.symbol { padding: 2px; border-radius: 4px; cursor: pointer; }
.symbol.lit { background: color-mix(in srgb, var(--accent) 18%, transparent); }
.stages { flex: 1 1 0; min-height: 0; overflow: auto; padding: 0 8px; }
.stage { max-width: 34em; margin: 0 auto; padding: 12px 0; border-block-end: 1px solid var(--rule); }
.stage .title { font-size: 14px; font-weight: 600; }
.stage .number { display: inline-block; min-width: 20px; color: var(--quiet); }
.stage.lit .title { color: var(--accent); }
.steps { display: grid; gap: 4px; margin-top: 4px; }
.bars { width: 100%; height: 36px; }
.bars.query { color: var(--query); }
.bars.key { color: var(--key); }
.bars.value { color: var(--value); }
.bars.plain { color: var(--map-ink); }
.values-list li { display: grid; grid-template-columns: minmax(0, 12em) minmax(0, 1fr); gap: 8px; align-items: center; }
.values-list li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

.what-if { display: flex; flex-wrap: wrap; gap: 0 20px; align-items: center; padding: 0 8px; }
.switch { display: flex; gap: 8px; align-items: center; min-height: 44px; }
.switch input { width: 18px; height: 18px; margin: 0; }
.slider { display: grid; flex: 1 1 140px; max-width: 220px; min-height: 44px; font-size: 12px; line-height: 16px; align-content: center; }
.slider input { width: 100%; height: 24px; margin: 0; }
.slider output { color: var(--quiet); }
.strip { flex: none; max-height: 45%; overflow: auto; overscroll-behavior: contain; border-block-start: 1px solid var(--rule); }

table { border-collapse: collapse; margin: 0 auto; }
caption { padding: 8px; font-weight: 600; }
th, td { padding: 4px 12px; border-block-end: 1px solid var(--rule); text-align: end; font-weight: 400; white-space: pre; }
th[scope='row'] { text-align: start; }
thead th { color: var(--quiet); font-size: 12px; }

.grid { --tile: 44px; --gap: 4px; position: relative; display: grid; gap: var(--gap); width: max-content; margin: 8px; font-size: 12px; line-height: 16px; color: var(--quiet); }
.grid span { display: grid; place-items: center; min-width: 20px; }
.grid .layer { position: sticky; left: -4px; z-index: 2; margin: -1px 0; background: var(--paper); }
.grid canvas { position: absolute; grid-area: 2 / 2; background: var(--paper); image-rendering: pixelated; forced-color-adjust: none; }
.grid button { position: relative; width: calc(var(--tile) + 2px); height: calc(var(--tile) + 2px); min-height: 0; margin: -1px; padding: 0; border-color: var(--rule); border-radius: 0; background: none; }
.grid button:hover { border-color: var(--ink); }
.grid button[aria-checked='true'] { border-color: var(--ink); outline: 1px solid var(--ink); }
.grid button:focus-visible { z-index: 1; outline: 3px solid var(--accent); }
.grid .out::after { content: '×'; color: var(--accent); font-size: 28px; line-height: 1; }
.grid.sorted .layer, .grid.sorted .head { visibility: hidden; }

.notice { display: flex; gap: 8px; align-items: center; min-height: 44px; padding: 0 8px; }
.notice p { flex: 1 1 0; }
.notice progress { flex: 1 1 0; max-width: 160px; height: 8px; accent-color: var(--accent); }
.waiting { overflow: auto; padding: 8px; font-size: 16px; line-height: 24px; }

@media (prefers-reduced-motion: no-preference) {
  .view { transition: opacity 150ms ease-out; }
}
@media (forced-colors: active) {
  .tabs [aria-selected='true'], .grid button[aria-checked='true'] { outline: 3px solid Highlight; }
  .bars { forced-color-adjust: none; }
}
@container frame (max-width: 480px) {
  .map, .row-labels span, .column-labels span { --label: 76px; }
  .tabs { flex: 1 1 auto; }
  .tabs button { flex: 1 1 0; padding: 0 4px; }
  .words-view .text { font-size: 18px; }
  .strip > div { display: flex; width: max-content; }
  .what-if { flex-wrap: nowrap; }
  .switch, .what-if button { white-space: nowrap; }
  .slider { flex: none; width: 140px; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** The style sheet that all elements of a page share. */
export function elementStyle(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  return sheet;
}
