// Holds the models and paints, so that typing never waits for either.
import { answerCalls } from '../element/calls.js';
import { Explorer } from './explorer.js';

answerCalls(new Explorer(), self as unknown as Worker);
