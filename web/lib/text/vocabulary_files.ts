import { AttentionError } from '../errors.js';

/** The classes of tokenizers that a vocabulary alone makes, by the kind of their model. */
const CLASSES = {
  WordPiece: ['BertTokenizer', 'DistilBertTokenizer'],
  BPE: ['GPT2Tokenizer', 'RobertaTokenizer', 'Qwen2Tokenizer'],
} as const;

const CLASS_OF_MODEL: Readonly<Record<string, string>> = {
  bert: 'BertTokenizer',
  distilbert: 'DistilBertTokenizer',
  gpt2: 'GPT2Tokenizer',
  roberta: 'RobertaTokenizer',
  qwen2: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
};

/** How any tokenizer gets a tokenizer.json. */
export const TO_CONVERT =
  'In its folder: from transformers import AutoTokenizer as T; T.from_pretrained(".").save_pretrained(".").';

/**
 * The class that makes a tokenizer of a vocabulary, as transformers 5.24 chooses it.
 *
 * @param declared `tokenizer_class` of tokenizer_config.json
 * @throws AttentionError naming a class that makes another one of it
 */
export function classOfVocabulary(kind: keyof typeof CLASSES, declared: unknown, modelType: string): string {
  const name = typeof declared === 'string' ? declared.replace(/Fast$/, '') : CLASS_OF_MODEL[modelType];
  const known: readonly string[] = CLASSES[kind];
  if (name !== undefined && known.includes(name)) return name;
  throw new AttentionError(
    'file-format',
    `There is no tokenizer.json, and its class must be one of ${known.join(', ')} to be made of the vocabulary, ` +
      `got ${name ?? `that of a ${modelType}`}. ${TO_CONVERT}`,
  );
}

const linesOf = (text: string) => text.split(/\r?\n/);

/** The numbers of a vocab.txt's tokens, which are those of their lines. */
export function readVocabTxt(text: string): Record<string, number> {
  const lines = linesOf(text);
  if (lines.at(-1) === '') lines.pop();
  return Object.fromEntries(lines.map((line, number) => [line, number]));
}

/** The merges of a merges.txt, without the line of its version. */
export function readMerges(text: string): string[] {
  return linesOf(text).filter((line) => line !== '' && !line.startsWith('#version'));
}
