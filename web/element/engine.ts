// A worker's script, and a module for pages where there can be no worker.
import { SharedEngine } from './shared_engine.js';
import { answerPage } from './engine_messages.js';

export { SharedEngine };

const isWorker = !('document' in globalThis) && typeof self !== 'undefined';
if (isWorker) {
  answerPage(new SharedEngine(), self as unknown as Worker);
  self.postMessage('ready');
}
