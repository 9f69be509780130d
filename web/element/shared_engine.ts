// What computes for all elements of a page: in a worker where there can be one, else beside them.
import {
  AttentionError,
  load,
  type AttentionSource,
  type Core,
  type GivenTensors,
  type HeadName,
  type LoadProgress,
  type Model,
} from '../lib/index.js';
import { inSlices } from '../lib/turns.js';
import type { Course } from './calls.js';
import type { CoreProgram } from './core_program.js';
import { computeHead, paintColourBar } from './compute_head.js';
import type { HeadRequest, HeadResult, MapStyle, Pixels, SourceInfo, Tiling } from './head_source.js';
import { headsByLayer, paintHeads } from './paint_heads.js';
import { SharedLoading } from './shared_loading.js';

/** What reads a trace: it comes while the program does. */
const traceReader = Promise.all([import('../lib/trace/trace.js'), import('../lib/trace/read_trace.js')]);

/** What was opened: its number and what is known of it. */
export interface Opened {
  source: number;
  info: SourceInfo;
}

/** What an element asks for, wherever the engine is. */
export type EngineCalls = Pick<
  SharedEngine,
  | 'begin'
  | 'openTrace'
  | 'openTensors'
  | 'openText'
  | 'nameHeads'
  | 'head'
  | 'allHeads'
  | 'colourBar'
  | 'close'
>;

function describe(source: AttentionSource): SourceInfo {
  const { model, text, tokens, keyTokens = tokens, truncated, numLayers, numHeads, headDim, names } = source;
  return { model, text, tokens, keyTokens, truncated, numLayers, numHeads, headDim, names };
}

/** One core, the models and the texts of all elements of a page. */
export class SharedEngine {
  #core: Promise<Core> | undefined;
  readonly #models = new Map<string, SharedLoading>();
  readonly #sources = new Map<number, AttentionSource>();
  #opened = 0;

  /** Starts the core with a program that is here already. */
  async begin(program: CoreProgram): Promise<void> {
    this.#core = load(program);
    await this.#core;
  }

  async openTrace(bytes: Uint8Array): Promise<Opened> {
    const [core, [{ Trace }, { readTrace }]] = await Promise.all([this.start(), traceReader]);
    return this.open(new Trace(core, readTrace(bytes)));
  }

  async openTensors(given: GivenTensors): Promise<Opened> {
    return this.open(await (await this.start()).openTensors(given));
  }

  /** Reads a text with a model, "built-in" or its URL, which is loaded for the first. */
  async openText(model: string, text: string, course: Course<LoadProgress>): Promise<Opened> {
    const loaded = await this.#model(model, course);
    if (course.signal.aborted) throw new AttentionError('aborted', 'Reading the text was stopped.');
    return this.open(await inSlices(loaded.runInSteps(text)));
  }

  /** What the heads of a model that was loaded are called, measured on a probe. */
  async nameHeads(model: string): Promise<readonly HeadName[]> {
    return (await (await this.#models.get(model)?.model)?.nameHeads())?.heads ?? [];
  }

  async head(source: number, request: HeadRequest): Promise<HeadResult> {
    return inSlices(computeHead(await this.start(), this.source(source), request));
  }

  /** Every head as a small map, in the order given or by layer. */
  async allHeads(
    source: number,
    tiling: Tiling,
    style: MapStyle,
    ordered = headsByLayer(this.source(source)),
  ): Promise<Pixels> {
    return inSlices(paintHeads(this.source(source), ordered, tiling, style));
  }

  async colourBar(width: number, style: MapStyle): Promise<Pixels> {
    return paintColourBar(await this.start(), width, style);
  }

  async close(source: number): Promise<void> {
    this.#sources.get(source)?.dispose();
    this.#sources.delete(source);
  }

  protected start(): Promise<Core> {
    this.#core ??= load();
    return this.#core.catch((error: unknown) => {
      this.#core = undefined;
      throw error;
    });
  }

  protected open(source: AttentionSource): Opened {
    this.#sources.set(++this.#opened, source);
    return { source: this.#opened, info: describe(source) };
  }

  protected source(number: number): AttentionSource {
    const source = this.#sources.get(number);
    if (source === undefined) throw new AttentionError('disposed', 'These heads were closed.');
    return source;
  }

  #model(name: string, course: Course<LoadProgress>): Promise<Model> {
    const loading =
      this.#models.get(name) ??
      new SharedLoading(async (shared) => (await this.start()).loadModel(name, shared));
    this.#models.set(name, loading);
    return loading.wait(course).catch((error: unknown) => {
      if (!loading.isGoing) this.#models.delete(name);
      throw error;
    });
  }
}
