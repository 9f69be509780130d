import { AttentionError } from '../errors.js';
import type { ModelFiles } from '../files/source.js';
import { createTokenizer } from '../text/create_tokenizer.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { classOfVocabulary, readMerges, readVocabTxt, TO_CONVERT } from '../text/vocabulary_files.js';

/** Files that hold a tokenizer in a form that isn't read. */
const OTHER_TOKENIZERS = ['tokenizer.model', 'spiece.model', 'sentencepiece.bpe.model', 'tekken.json'];

/** A tokenizer, and the tokenizer.json that it was made of. */
export interface FolderTokenizer {
  tokenizer: Tokenizer;
  json: unknown;
}

type TokenizerConfig = Readonly<Record<string, unknown>>;

/** A tokenizer.json, and the settings beside it. */
interface TokenizerFiles {
  json: object;
  config: TokenizerConfig;
}

/** What a folder without a tokenizer.json has in its place; undefined where it has no vocabulary either. */
async function readVocabulary(
  files: ModelFiles,
  config: TokenizerConfig,
  modelType: string,
): Promise<TokenizerFiles | undefined> {
  const words = await files.textIfThere('vocab.txt');
  const merges = words === undefined ? await files.textIfThere('merges.txt') : undefined;
  if (words === undefined && merges === undefined) return undefined;
  const type = words === undefined ? 'BPE' : 'WordPiece';
  const tokenizer_class = classOfVocabulary(type, config.tokenizer_class, modelType);
  const vocab = words === undefined ? await files.json('vocab.json') : readVocabTxt(words);
  const added = ((await files.jsonIfThere('added_tokens.json')) ?? {}) as Record<string, number>;
  return {
    json: {
      model: { type, vocab, merges: merges === undefined ? undefined : readMerges(merges) },
      added_tokens: Object.entries(added).map(([content, id]) => ({ content, id })),
    },
    config: { ...config, tokenizer_class },
  };
}

/**
 * The tokenizer of a folder: of its tokenizer.json, or of the vocabulary that older ones have; undefined where it has
 * none.
 *
 * @throws AttentionError naming a file that has to be converted
 */
export async function tokenizerOfFolder(
  files: ModelFiles,
  config: TokenizerConfig | undefined,
  modelType: string,
): Promise<FolderTokenizer | undefined> {
  const json = await files.jsonIfThere('tokenizer.json');
  const read = json === undefined ? await readVocabulary(files, config ?? {}, modelType) : { json, config };
  if (read !== undefined) {
    const settings = read.config && { config: read.config, modelType };
    return { tokenizer: createTokenizer(read.json, settings), json: read.json };
  }
  for (const file of OTHER_TOKENIZERS) {
    if (!(await files.isThere(file))) continue;
    throw new AttentionError(
      'file-format',
      `There is no tokenizer.json, and ${file} has to be converted to one. ${TO_CONVERT}`,
    );
  }
  return undefined;
}
