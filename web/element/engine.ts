// A worker's script, and a module for pages where there can be no worker.
import { answerCalls } from './calls.js';
import { SharedEngine } from './shared_engine.js';

export { SharedEngine };

const scope = globalThis as { document?: unknown; self?: unknown; attentionHeadEngine?: SharedEngine };
const isWorker = scope.document === undefined && scope.self !== undefined;
// WebKit runs a worker's script once more where what it loads later imports it.
if (isWorker && scope.attentionHeadEngine === undefined) {
  scope.attentionHeadEngine = new SharedEngine();
  answerCalls(scope.attentionHeadEngine, scope.self as Worker);
}
