import { AttentionHeadElement, type AttentionChoice } from '../element/attention_head.js';
import type { MapStyle } from '../element/head_source.js';
import type { Opened } from '../element/shared_engine.js';
import { themeOf } from '../element/theme.js';
import { nameWords } from '../element/words.js';
import type { HeadNames, HeadPlace, LoadProgress } from '../lib/index.js';
import type { RunText } from '../lib/model/run_input.js';
import { arraysOf, kindOf, uselessWords, type BroughtFile } from './brought_files.js';
import { asSource, connect, type ExplorerCalls } from './connect.js';
import { listenToDrops } from './drops.js';
import { brokenWords, errorWords, failedWords, isStopped } from './failures.js';
import type { ModelFacts } from './explorer.js';
import { find } from './find.js';
import { HeadsPanel } from './heads_panel.js';
import { KeptModels } from './kept_models.js';
import { ModelChooser } from './model_chooser.js';
import { showFacts } from './model_facts.js';
import { keepOffline } from './offline.js';
import type { ModelChoice } from './open_model.js';
import { readState, writeState, type PageState } from './page_state.js';
import type { Prediction } from './predict.js';
import { Predictions } from './predictions.js';
import { listenToKeys } from './shortcuts.js';
import { Status } from './status.js';
import { TakeAway } from './take_away.js';
import { TextFields, type Texts } from './text_fields.js';
import { countWords, separatorNote } from './text_words.js';
import { TensorChooser } from './tensors/tensor_chooser.js';
import { AblateEach } from './tools/ablate_each.js';
import { CircuitsTool } from './tools/circuits.js';
import { Compare } from './tools/compare.js';
import { Contributions } from './tools/contributions.js';
import type { Page, Tool, Work } from './tools/tool.js';
import { Undo } from './undo.js';

customElements.define('attention-head', AttentionHeadElement);

const page = find<HTMLElement>('#page');
const tokenCount = find<HTMLElement>('#count');
const headName = find<HTMLElement>('#head-name');
const headWords = find<HTMLElement>('#head-words');
const element = find<AttentionHeadElement>('#head');
const examples = [...document.querySelectorAll<HTMLButtonElement>('#examples button')];
const ablate = find<HTMLButtonElement>('#ablate');
const restore = find<HTMLButtonElement>('#restore');
const undoButton = find<HTMLButtonElement>('#undo');
const redoButton = find<HTMLButtonElement>('#redo');
const nameButton = find<HTMLButtonElement>('#name-heads');
const dark = matchMedia('(prefers-color-scheme: dark)');

/** The head that finds what the first example's pronoun stands for, and the pronoun. */
const FIRST: PageState = {
  text: find<HTMLTextAreaElement>('#text').value,
  second: '',
  model: 'minilm',
  layer: 5,
  head: 11,
  query: 10,
  key: 2,
  view: 'map',
  order: 'layers',
  ablated: [],
  whatIf: {},
};

/** What an edit changes, and undoing brings back. */
type Edited = Texts & Pick<PageState, 'ablated' | 'whatIf'>;

const linked = readState(location.hash);
let explorer: ExplorerCalls;
let model: ModelFacts | undefined;
let names: HeadNames | undefined;
let choice: ModelChoice = 'minilm';
/** What the model that is here was chosen as. */
let modelWas: ModelChoice = choice;
let modelIs: 'loading' | 'there' | 'missing' = 'loading';
/** What is drawn, and what it is of: the newest that was asked for. */
let opened: (Opened & { input: RunText }) | undefined;
let readings = 0;
let ablated: readonly HeadPlace[] = linked.ablated ?? [];
let edited: Edited = { text: FIRST.text, second: '', ablated, whatIf: {} };
let typedAt: number | undefined;
/** The person's own tensors, which are drawn until another text is. */
let isTensors = false;
let working: AbortController | undefined;
/** The address follows once a person rests for so many milliseconds: browsers allow few changes a second. */
const LINK_REST = 200;
let linking: ReturnType<typeof setTimeout> | undefined;

const undo = new Undo<Edited>();
const status = new Status();
const kept = new KeptModels();
const isSame = (a: HeadPlace, b: HeadPlace) => a.layer === b.layer && a.head === b.head;
const theme = () => themeOf(element);
const style = (): MapStyle => ({ colours: 'linear', ignoreFirstKey: false, theme: theme() });
const place = (): HeadPlace => ({ layer: element.layer, head: element.head });

let chooser: ModelChooser;
let arrays: TensorChooser;
const fields = new TextFields(
  (timeStamp) => {
    typedAt = timeStamp;
    void draw();
  },
  () => {
    const { texts } = fields;
    if (texts.text === edited.text && texts.second === edited.second) return;
    edit({ ...edited, ...texts });
    void draw();
  },
);
const tools: Tool[] = [];
const predictions = new Predictions(
  () => void goOn(),
  () => working?.abort(),
);
const heads = new HeadsPanel(() => explorer, style, chooseHead);
// MiniLM's, so that the frames stand before anything is drawn.
heads.frame(6, 12);

function chooseHead({ layer, head }: HeadPlace): void {
  Object.assign(element, { layer, head });
  heads.choose({ layer, head });
  describeHead();
  tell();
}

/** Tells the tools, and the link, what is shown. */
function tell(): void {
  if (opened === undefined) return;
  const { source, info, input } = opened;
  for (const tool of tools) {
    tool.take({
      source,
      info,
      input,
      model: isTensors ? undefined : model,
      place: place(),
      whatIf: element.whatIf,
    });
  }
  clearTimeout(linking);
  linking = setTimeout(writeLink, LINK_REST);
}

/** Puts what is shown into the page's address. */
function writeLink(): void {
  const { query, key } = element.cell;
  const state = { ...fields.texts, model: typeof choice === 'string' ? choice : 'minilm', ...place() };
  const hash = writeState({
    ...state,
    query,
    key,
    view: element.view,
    order: heads.order,
    ablated,
    whatIf: element.whatIf,
  });
  history.replaceState(null, '', `#${hash}`);
}

/** Says why the maps are not of the text in the field. */
function drawNothing(why: string): void {
  ++readings;
  page.classList.add('stale');
  tokenCount.textContent = '';
  find('#why').textContent = why;
}

/** What is typed, read by the model or as its trace; undefined where there is neither. */
async function read(
  input: RunText,
): Promise<(Opened & { predictions?: readonly Prediction[] | undefined }) | undefined> {
  const reading = await explorer.read('main', input, ablated);
  if (reading !== undefined) return reading;
  const trace = examples.find(({ dataset }) => dataset.text === input)?.dataset.trace;
  if (trace === undefined) return undefined;
  const response = await fetch(trace).catch(() => undefined);
  if (response?.ok !== true) throw new Error('This example could not be fetched; choose it again to retry.');
  return explorer.openTrace(new Uint8Array(await response.arrayBuffer()));
}

let isReading = false;
let isWaiting = false;

/** Draws the text in the field: one at a time, and of those that wait only the newest. */
async function draw(): Promise<void> {
  if (isReading) return void (isWaiting = true);
  isReading = true;
  do {
    isWaiting = false;
    await drawOnce();
  } while (isWaiting);
  isReading = false;
}

async function drawOnce(): Promise<void> {
  if (fields.isEmpty) return drawNothing('Type a sentence, or choose an example.');
  isTensors = false;
  const reading = ++readings;
  try {
    const input = fields.input;
    const received = await read(input);
    if (reading !== readings) return void (received && explorer.close(received.source));
    if (received !== undefined) return await show(received, input);
    drawNothing(
      modelIs === 'loading'
        ? 'Your text is drawn as soon as the model is here.'
        : 'Your own text needs the model; the examples are drawn without it.',
    );
  } catch (error) {
    drawNothing(errorWords(error));
  }
}

async function show(
  received: Opened & { predictions?: readonly Prediction[] | undefined },
  input: RunText,
): Promise<void> {
  const before = opened;
  opened = { ...received, input };
  const { info } = received;
  find('#why').textContent = isTensors ? '' : separatorNote(info.tokens, model);
  page.classList.remove('stale');
  page.classList.toggle('tensors', isTensors);
  element.source = asSource(explorer, received, names?.heads);
  predictions.show(received.predictions);
  tokenCount.textContent = countWords(info);
  describeHead();
  await heads.open(received, ablated);
  drawn.heads = info.text;
  sayShown();
  tell();
  if (before !== undefined && before.source !== received.source) void explorer.close(before.source);
}

/** What the chosen head is called, and whether it is taken out. */
function describeHead(): void {
  const info = opened?.info;
  if (info !== undefined) {
    const layer = Math.min(element.layer, info.numLayers - 1);
    const head = Math.min(element.head, info.numHeads - 1);
    Object.assign(element, { layer, head });
  }
  const chosen = place();
  headName.textContent = `Layer ${chosen.layer}, head ${chosen.head}`;
  const name = names?.heads.find((head) => isSame(head, chosen));
  headWords.textContent =
    name === undefined || names === undefined ? '' : `${nameWords(name)} (on ${names.probe})`;
  const isOut = ablated.some((head) => isSame(head, chosen));
  ablate.disabled = modelIs !== 'there' || isTensors;
  ablate.setAttribute('aria-pressed', String(isOut));
  ablate.textContent = isOut ? 'Put this head back' : 'Take this head out';
  restore.hidden = ablated.length === 0;
  undoButton.disabled = !undo.canUndo;
  redoButton.disabled = !undo.canRedo;
}

/** Keeps what was before an edit. */
function edit(now: Edited): void {
  undo.keep(edited);
  edited = now;
  describeHead();
}

function takeOut(out: readonly HeadPlace[]): void {
  ablated = out;
  edit({ ...edited, ablated });
  void draw();
}

function goTo(state: Edited | undefined): void {
  if (state === undefined) return;
  edited = state;
  ablated = state.ablated;
  fields.texts = state;
  element.whatIf = state.whatIf;
  describeHead();
  void draw();
}

/** Does what takes long, which can be stopped; undefined where it was, or failed, which is said. */
async function work<Result>(
  task: (course: { signal: AbortSignal }) => Promise<Result>,
  failed = errorWords,
): Promise<Result | undefined> {
  working?.abort();
  const own = (working = new AbortController());
  try {
    return await task(own);
  } catch (error) {
    // What another took the place of has nothing to say.
    if (own === working) status.say(isStopped(error) ? 'Stopped.' : failed(error));
    return undefined;
  }
}

const tellTools: Page = {
  get explorer() {
    return explorer;
  },
  get theme() {
    return theme();
  },
  choose: chooseHead,
  say: (words) => status.say(words),
  async work<Result>(words: string, task: (course: Work) => Promise<Result>) {
    const result = await work(({ signal }) => {
      const onProgress = ({ done, all }: { done: number; all: number }) =>
        status.count(words, done, all, () => working?.abort());
      return task({ signal, onProgress });
    });
    if (result !== undefined) status.say(`${words}: done.`);
    return result;
  },
};

async function loadModel(): Promise<void> {
  modelIs = 'loading';
  status.say('Loading the model');
  nameButton.disabled = true;
  working?.abort();
  const own = (working = new AbortController());
  const onProgress = (progress: LoadProgress) => status.progress(progress, () => own.abort());
  const before = opened;
  /** A person's own tensors that came meanwhile stay; the text is read in the place of anything else. */
  const keepsTensors = () => isTensors && opened !== before;
  try {
    model = await explorer.openModel('main', choice, { signal: own.signal, onProgress });
  } catch (error) {
    if (own !== working) return;
    const words = isStopped(error) ? 'Loading was stopped.' : failedWords(error, typeof choice !== 'string');
    if (model !== undefined) {
      modelIs = 'there';
      nameButton.disabled = false;
      choice = modelWas;
      chooser.show();
      return status.say(words);
    }
    modelIs = 'missing';
    status.say(`${words} The examples work.`, { label: 'Try again', action: () => void loadModel() });
    return keepsTensors() ? undefined : draw();
  }
  modelIs = 'there';
  modelWas = choice;
  heads.names = names = undefined;
  if (ablated.length > 0 && linked.model !== choice) ablated = [];
  nameButton.disabled = false;
  fields.model = model;
  predictions.canGoOn = model.takesTexts;
  if (!model.predicts) predictions.show(undefined);
  showFacts(model);
  void kept.show();
  const name = model.name.split('/').at(-1);
  if (keepsTensors()) return status.say(`${name} is loaded; your own tensors are drawn.`);
  status.say(`Read by ${name}, in your browser.`);
  await draw();
}

function chooseModel(chosen: ModelChoice): void {
  choice = chosen;
  chooser.show();
  void loadModel();
}

/** Takes a person's own files for what they are. */
function bring(files: readonly BroughtFile[]): void {
  const kind = kindOf(files);
  if (kind === 'model') return chooseModel(files);
  chooser.show();
  if (kind === 'arrays') return void arrays.take(arraysOf(files));
  status.say(uselessWords(files));
}

async function goOn(): Promise<void> {
  predictions.going = true;
  const text = await work(({ signal }) =>
    explorer.goOn(fields.texts.text, {
      signal,
      onProgress: (grown) => {
        fields.texts = { ...fields.texts, text: grown };
        void draw();
      },
    }),
  );
  predictions.going = false;
  if (text === undefined) return;
  fields.texts = { ...fields.texts, text };
  edit({ ...edited, text });
  await draw();
}

async function nameHeads(): Promise<void> {
  const measured = await tellTools.work('Naming the heads', (course) => explorer.nameAll('main', course));
  if (measured === undefined) return;
  heads.names = names = measured;
  status.say(`Heads are named by ${names.probe}.`);
  await draw();
}

/** Draws tensors that ran elsewhere, in the place of a text. */
async function showTensors(received: Opened): Promise<void> {
  ++readings;
  isTensors = true;
  fields.texts = { text: received.info.text, second: '' };
  await show(received, received.info.text);
}

function sayBroken(error: unknown): void {
  modelIs = 'missing';
  drawNothing('');
  status.say(brokenWords(error), { label: 'Try again', action: () => location.reload() });
}

async function begin(): Promise<void> {
  try {
    explorer = await connect();
    // The program comes while the page is set up.
    explorer.ready().catch(sayBroken);
  } catch (error) {
    return sayBroken(error);
  }
  const state = { ...FIRST, ...linked };
  fields.texts = state;
  heads.order = state.order;
  heads.choose({ layer: state.layer, head: state.head });
  Object.assign(element, {
    layer: state.layer,
    head: state.head,
    query: state.query,
    view: state.view,
    whatIf: state.whatIf,
  });
  element.cell = { query: state.query, key: state.key };
  edited = { ...fields.texts, ablated, whatIf: state.whatIf };
  for (const tool of [Contributions, AblateEach, CircuitsTool]) tools.push(new tool(tellTools));
  tools.push(new Compare(tellTools, element));
  arrays = new TensorChooser(
    explorer,
    (received) => void showTensors(received),
    (words) => status.say(words),
  );
  new TakeAway(element, tellTools);
  listenToKeys({ undo: () => goTo(undo.undo(edited)), redo: () => goTo(undo.redo(edited)) });
  chooser = new ModelChooser(chooseModel, bring, () => choice);
  listenToDrops(bring, (error) => status.say(errorWords(error)));
  choice = chooser.named(state.model) ?? choice;
  chooser.show();
  element.addEventListener('attention-change', (event) => {
    const { layer, head, whatIf } = (event as CustomEvent<AttentionChoice>).detail;
    heads.choose({ layer, head });
    if (whatIf !== edited.whatIf && JSON.stringify(whatIf) !== JSON.stringify(edited.whatIf))
      edit({ ...edited, whatIf });
    else describeHead();
    tell();
  });
  element.addEventListener('attention-drawn', ({ detail }: CustomEventInit<AttentionChoice>) => {
    if (detail?.text === undefined) return;
    drawn.head = detail.text;
    sayShown();
  });
  listen();
  void draw();
  await explorer.ready().then(loadModel, () => undefined);
}

/** The texts whose chosen head, and whose heads, are on the page. */
const drawn = { head: '', heads: '' };

/** Notes for tests which text is on the page, and how long it took from a key to the frame that shows its maps. */
function sayShown(): void {
  if (drawn.head !== drawn.heads) return;
  document.documentElement.dataset.shown = drawn.head;
  if (typedAt !== undefined && drawn.head === fields.joined) sayLatency(typedAt);
}

function sayLatency(since: number): void {
  typedAt = undefined;
  requestAnimationFrame(() => {
    document.documentElement.dataset.latency = (performance.now() - since).toFixed(1);
  });
}

function listen(): void {
  for (const button of examples) {
    button.addEventListener('click', () => {
      fields.texts = { text: button.dataset.text ?? '', second: '' };
      edit({ ...edited, ...fields.texts });
      void draw();
    });
  }
  nameButton.addEventListener('click', () => void nameHeads());
  ablate.addEventListener('click', () => {
    const others = ablated.filter((head) => !isSame(head, place()));
    takeOut(others.length < ablated.length ? others : [...ablated, place()]);
  });
  restore.addEventListener('click', () => {
    takeOut([]);
    ablate.focus();
  });
  undoButton.addEventListener('click', () => goTo(undo.undo(edited)));
  redoButton.addEventListener('click', () => goTo(undo.redo(edited)));
  dark.addEventListener('change', () => void heads.draw());
  find('#copy-link').addEventListener('click', () => {
    writeLink();
    navigator.clipboard.writeText(location.href).then(
      () => status.say('The link is copied.'),
      () => status.say('The link is in the address bar; this browser does not let a page copy it.'),
    );
  });
}

void begin();
keepOffline();
