import type { GgufMetadata, GgufValue } from '../../../files/gguf.js';
import { unreadKeys } from '../unread_keys.js';
import { refused, type ArchitectureMetadata } from './metadata.js';

/** Keys that say nothing of what the model computes, by how they begin, and why. */
const HARMLESS: Readonly<Record<string, string>> = {
  'general.': 'who made the file, from what and how',
  'tokenizer.': "read or refused by the tokenizer's reader",
  'split.': 'read with the parts of a file',
  'quantize.': 'what the quantisation was measured on',
  'imatrix.': 'what the quantisation was measured on',
};

/** The same for keys of an architecture. */
const HARMLESS_OF_ARCHITECTURE: Readonly<Record<string, string>> = {
  vocab_size: 'how many tokens the vocabulary lists',
  'attention.layer_norm_epsilon': 'of the kind of norm that the architecture does not have',
  'attention.layer_norm_rms_epsilon': 'the same',
  pooling_type: 'how an embedder pools the last hidden states',
  'classifier.output_labels': 'names of what a classifier behind the last layer tells',
  'classifier.pooling_type': 'what that classifier looks at',
  embedding_length_out: 'the width of what stands behind the last layer',
  dense_2_feat_in: 'of a matrix behind the pooling of an embedder, as are the three below',
  dense_2_feat_out: '',
  dense_3_feat_in: '',
  dense_3_feat_out: '',
  'rope.scaling.finetuned': 'whether the model was trained on with the scaling',
  tensor_data_layout: "the order of rows of llama.cpp's own converter, of which there is one",
  target_layers: 'what a draft model would look at',
};

/** Keys of positions that a model with learned ones doesn't have. */
const ROTARY = 'rope.';

/** Architectures whose positions are learned. */
const LEARNED_POSITIONS: readonly string[] = ['gpt2', 'bert'];

/** Keys that are refused, with what they ask for. */
const REFUSED: Readonly<Record<string, string>> = {
  expert_count: '0, since mixtures of experts are not read here',
  expert_used_count: '0, since mixtures of experts are not read here',
  nextn_predict_layers: '0, since layers that predict further tokens are not read here',
};

/** What llama.cpp takes as nothing: 0 where a key counts, scales, caps or clamps, and 1 where it multiplies. */
function isNeutral(key: string, value: GgufValue): boolean {
  return value === 0 || (value === 1 && /(?:scale|multiplier)$/.test(key));
}

/**
 * The keys that nothing reads, once all that is read was.
 *
 * @throws AttentionError `file-format` naming a key that may change what the model computes
 */
export function unreadKeysOf(data: ArchitectureMetadata): string[] {
  const { metadata, architecture } = data;
  const begins = data.nameOf('');
  const rest = [...metadata].filter(([name, value]) => {
    if (data.wasAsked(name) || Object.keys(HARMLESS).some((begin) => name.startsWith(begin))) return false;
    if (!name.startsWith(begins)) return true;
    const key = name.slice(begins.length);
    if (LEARNED_POSITIONS.includes(architecture) && key.startsWith(ROTARY)) return false;
    return !Object.hasOwn(HARMLESS_OF_ARCHITECTURE, key) && !isNeutral(key, value);
  });
  return unreadKeys('The GGUF', rest, () => false);
}

/** Refuses what a model of any architecture may ask for and none has here. */
export function refuseWhatIsNotRead(metadata: GgufMetadata, data: ArchitectureMetadata): void {
  for (const [key, expected] of Object.entries(REFUSED)) {
    const value = metadata.get(data.nameOf(key));
    if (value !== undefined && value !== 0) throw refused(data.nameOf(key), expected, value);
  }
}
