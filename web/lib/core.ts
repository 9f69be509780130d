import { isArrayOf, isBuffer, requireKnownOptions, requireLength, wrong } from './arguments.js';
import { attend, type AttendOptions, type AttendResult } from './attend.js';
import type { CompileProgram, ProgramPlace } from './compile_program.js';
import type { ModelSource } from './files/model_place.js';
import type { CoreProgram } from './glue.js';
import { Layer, type LayerOptions } from './layer.js';
import type { FullHost } from './model/full_host.js';
import type { LoadModelOptions } from './model/load_model.js';
import type { Model } from './model/model.js';
import type { LargeMap, LargeMapOptions } from './large_map.js';
import { Painter, type PaintOptions, type Picture, type PutPixels } from './paint.js';
import { ProgramCall } from './program_call.js';
import type { GivenTensors } from './trace/given_tensors.js';
import type { Trace } from './trace/trace.js';
import { TensorHandle, tensorOf, type Tensor } from './tensor.js';
import { VERSION } from './version.js';
import { BUILT_IN_URL, FULL_URLS, type Variant } from './asset_urls.js';

const LOAD_MODEL_OPTIONS = ['signal', 'onProgress', 'keep', 'hub', 'tokens', 'name', 'wasmUrl', 'wasmBinary'];

/** A loaded attention core: one WebAssembly program with its own memory. Made by `load`. */
export class Core {
  readonly version = VERSION;
  readonly #program: CoreProgram;
  readonly #call: ProgramCall;
  readonly #compile: CompileProgram;
  readonly #painter: Painter;
  readonly #fetchFile: typeof fetch;
  #full: Promise<FullHost> | undefined;

  /** @internal */
  constructor(
    program: CoreProgram,
    /** Which program runs. */
    readonly variant: Variant,
    compile: CompileProgram,
    fetchFile: typeof fetch,
  ) {
    this.#program = program;
    this.#fetchFile = fetchFile;
    this.#compile = compile;
    this.#painter = new Painter(program);
    this.#call = new ProgramCall(program, program.newAttendCall());
  }

  /** The size of the core's memory now, in bytes. */
  get memoryBytes(): number {
    return this.#program.HEAPU8.byteLength;
  }

  /**
   * Puts a tensor into the core's memory, to be used in many calls without copying.
   *
   * @throws AttentionError `invalid-argument` where data and shape disagree, `out-of-memory`
   */
  tensor(tensor: Tensor): TensorHandle {
    requireKnownOptions('tensor', tensor, ['data', 'shape']);
    const { data, shape } = tensorOf('tensor', tensor);
    requireLength('tensor', data.length, shape);
    return new TensorHandle(this.#program, data, shape);
  }

  /**
   * Scaled dot-product attention over heads (Vaswani et al. 2017), in the order scale, softcap, mask and bias,
   * softmax, values. A query that may see no key gets zeros.
   *
   * @throws AttentionError naming the argument, what it was and what was expected; the core works on after it
   */
  attend(options: AttendOptions): AttendResult {
    return attend(this.#call, options);
  }

  /**
   * A multi-head attention layer whose weights stay in the core's memory until it is disposed.
   *
   * @throws AttentionError naming the argument, what it was and what was expected
   */
  createLayer(options: LayerOptions): Layer {
    return new Layer(this.#program, options);
  }

  /**
   * A map as pixels: pooled by the largest where cells outnumber pixels, coloured on a perceptually uniform scale.
   * With `put`, the pixels are handed to it band by band where they lie, which spares a copy and memory on their way to
   * putImageData, and the picture that is given back holds none.
   *
   * @throws AttentionError naming the argument, what it was and what was expected
   */
  paint(options: PaintOptions, put?: PutPixels): Picture {
    return this.#painter.paint(options, put);
  }

  /**
   * Loads a model: a Hugging Face folder (config.json, tokenizer.json and model.safetensors or its shards) of the
   * families BERT, RoBERTa, DistilBERT, GPT-2, Llama, Mistral, Qwen 2 and 3, Gemma 2 and 3, or a GGUF. Fetches the program `full` the first time; all models and large maps share
   * its memory.
   *
   * @throws AttentionError `network`, `file-format` naming the file and the tensor, `out-of-memory`, `aborted`
   */
  async loadModel(source: ModelSource, options: LoadModelOptions = {}): Promise<Model> {
    requireKnownOptions('loadModel', options, LOAD_MODEL_OPTIONS);
    const [{ loadModel }, host] = await Promise.all([
      import('./model/load_model.js'),
      this.#startFull(options),
    ]);
    return loadModel(host, source, { ...options, builtIn: BUILT_IN_URL, fetchFile: this.#fetchFile });
  }

  /**
   * Opens the map of one head of so many tokens that it can't be held: it is painted from queries and keys. Fetches the
   * program `full` the first time and copies them into its memory.
   *
   * @throws AttentionError naming the argument, what it was and what was expected; `network`, `out-of-memory`
   */
  async openMap(options: LargeMapOptions): Promise<LargeMap> {
    const { openMap } = await import('./large_map.js');
    return openMap(this.#program, options, (place) => this.#startFull(place));
  }

  /**
   * Opens a trace: the bytes of a safetensors file of queries, keys and values that ran elsewhere, or of weights, in
   * F16, BF16, F32 or F64.
   *
   * @throws AttentionError `file-format` naming the tensor or the metadata that is wrong
   */
  async openTrace(file: Uint8Array | ArrayBuffer | SharedArrayBuffer): Promise<Trace> {
    const bytes = isBuffer(file) ? new Uint8Array(file) : file;
    if (!isArrayOf('Uint8Array', bytes)) throw wrong('bytes', 'a Uint8Array or an ArrayBuffer', file);
    const [{ Trace }, { readTrace }] = await Promise.all([
      import('./trace/trace.js'),
      import('./trace/read_trace.js'),
    ]);
    return new Trace(this, readTrace(bytes));
  }

  /**
   * Opens queries, keys and values that ran anywhere, or weights alone, as a trace is opened: every step of every head
   * is computed from them.
   *
   * @throws AttentionError naming the argument, what it was and what was expected
   */
  async openTensors(given: GivenTensors): Promise<Trace> {
    const [{ Trace }, { readGivenTensors }] = await Promise.all([
      import('./trace/trace.js'),
      import('./trace/given_tensors.js'),
    ]);
    return new Trace(this, readGivenTensors(given));
  }

  /** The program `full`; where it can't be had the next call tries again. */
  async #startFull(place: ProgramPlace): Promise<FullHost> {
    const { FullHost } = await import('./model/full_host.js');
    this.#full ??= this.#compile(FULL_URLS[this.variant], place).then((module) =>
      FullHost.start(module, attend),
    );
    return this.#full.catch((error: unknown) => {
      this.#full = undefined;
      throw error;
    });
  }
}
