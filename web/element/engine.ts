// A worker's script, and a module for pages where there can be no worker.
import { answerCalls } from './calls.js';
import { SharedEngine } from './shared_engine.js';

export { SharedEngine };

const isWorker = !('document' in globalThis) && 'self' in globalThis;
if (isWorker) answerCalls(new SharedEngine(), self as unknown as Worker);
