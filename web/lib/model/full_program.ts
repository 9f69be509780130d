import createFull from '#glue/full';

import { instantiate, type CoreProgram } from '../glue.js';

/** The program `full`: core, models and large maps. All functions that give a code give 0 where all went well. */
export interface FullProgram extends CoreProgram {
  readonly stagingBytes: number;
  newModel(): number;
  deleteModel(model: number): void;
  openModel(model: number): number;
  /** Where the config, shapes and bytes are written to be read by the functions below. */
  staging(model: number): number;
  configureModel(model: number): number;
  beginFile(model: number, tensors: number, alignment: number): number;
  /** Tells a tensor's name before any is added. */
  noteTensor(model: number, name: string): number;
  addTensor(model: number, name: string, dtype: string, rank: number, begin: number, end: number): number;
  /** What the model takes, with a text of so many tokens; known once a file's tensors were added. */
  modelBytes(model: number, tokens: number): number;
  checkTensors(model: number, dataBytes: number, isLastFile: boolean): number;
  appendBytes(model: number, count: number): number;
  finishFile(model: number): number;
  finishModel(model: number): void;
  modelPredicts(model: number): boolean;

  newGgufHeader(): number;
  deleteGgufHeader(header: number): void;
  makeGgufRoom(header: number, bytes: number): number;
  ggufBytes(header: number): number;
  parseGguf(header: number, count: number): number;
  ggufNeedsMore(header: number): boolean;
  ggufValues(header: number): number;
  ggufTensors(header: number): number;
  numGgufValues(header: number): number;
  numGgufTensors(header: number): number;
  ggufAlignment(header: number): number;
  ggufDataBegin(header: number): number;
  numberTypeName(type: number): number;

  newModelRun(): number;
  expectEdits(run: number, edits: number, dataFloats: number): number;
  addEdit(
    run: number,
    kind: number,
    layer: number,
    head: number,
    value: number,
    first: number,
    rows: number,
    dataFloats: number,
  ): number;
  /** Where the last edit's data are to be written. */
  editData(run: number): number;
  prepareRun(run: number, model: number, capacity: number, allLogits: boolean): number;
  beginExtension(run: number, count: number, stepTokens: number): number;
  stepRun(run: number): boolean;
  tapRun(run: number, which: number, layer: number, head: number): number;

  newAnalysis(): number;
  deleteAnalysis(analysis: number): void;
  prepareAnalysis(analysis: number, run: number): number;
  /** Where the marks of tokens are to be written, a byte each. */
  punctuationMarks(analysis: number): number;
  separatorMarks(analysis: number): number;
  analyseHeads(analysis: number, layer: number): number;
  detectHeads(
    analysis: number,
    pattern: number,
    similarity: number,
    excludeBos: boolean,
    excludeCurrentToken: boolean,
  ): number;
  rollOut(analysis: number): number;
  layOutHeads(analysis: number): number;
  compareRuns(analysis: number, otherRun: number): number;
  attributeLogit(analysis: number, token: number): number;
  splitScore(analysis: number, layer: number, head: number, query: number, key: number): number;
  /** Where the doubles lie that the last of these left. */
  analysisResult(analysis: number): number;

  newCircuits(): number;
  deleteCircuits(circuits: number): void;
  prepareCircuits(circuits: number, model: number): number;
  circuitsOfLayer(circuits: number, layer: number): number;
  composeLayers(circuits: number, kind: number, earlier: number, later: number): number;
  /** Where the doubles lie that the last of these left. */
  circuitsResult(circuits: number): number;

  newLargeMapCall(): number;
  openLargeMap(call: number, alibiSlope: number, sink: number): number;
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
