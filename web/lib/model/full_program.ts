import createFull from '#glue/full';

import { instantiate, type AttendRequest, type CoreProgram } from '../glue.js';

/** A model's config as src/model/bert_weights.h reads it. */
export interface BertConfig {
  vocabSize: number;
  hiddenSize: number;
  numHiddenLayers: number;
  numAttentionHeads: number;
  intermediateSize: number;
  maxPositionEmbeddings: number;
  typeVocabSize: number;
  layerNormEps: number;
  /** Activation of src/kernels/activation.h. */
  activation: number;
}

/** The program `full`: core, models and large maps. All functions that give a code give 0 where all went well. */
export interface FullProgram extends CoreProgram {
  readonly HEAPF64: Float64Array;
  readonly stagingBytes: number;
  newBertModel(): number;
  deleteBertModel(model: number): void;
  createBert(model: number, config: BertConfig): number;
  /** Where shapes and bytes are written to be read by the functions below. */
  staging(model: number): number;
  expectTensors(model: number, tensors: number): number;
  addTensor(model: number, name: string, dtype: string, rank: number, begin: number, end: number): number;
  checkTensors(model: number, dataBytes: number): number;
  appendBytes(model: number, count: number): number;
  finishTensors(model: number): number;

  newBertRun(): number;
  prepareRun(run: number, model: number, tokens: number): number;
  tapRun(run: number, which: number, layer: number, head: number): number;

  newLargeMapCall(): number;
  openLargeMap(call: number, request: AttendRequest, alibiSlope: number, sink: number): number;
  lookAt(
    call: number,
    firstQuery: number,
    queries: number,
    height: number,
    firstKey: number,
    keys: number,
    width: number,
  ): number;
}

export async function instantiateFull(module: WebAssembly.Module): Promise<FullProgram> {
  return (await instantiate(createFull, module)) as FullProgram;
}
