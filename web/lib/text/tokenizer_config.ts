import { addedTokensOf, type TokenizerJson, type TokenizerPart } from './tokenizer_json.js';

/** What a folder says of its tokenizer beside tokenizer.json. */
export interface TokenizerSettings {
  /** tokenizer_config.json. */
  config: Readonly<Record<string, unknown>>;
  /** `model_type` of config.json. */
  modelType?: string | undefined;
}

type Config = TokenizerSettings['config'];
type AddedTokens = NonNullable<TokenizerJson['added_tokens']>;

/** The classes of tokenizers that transformers has for a kind of model, whatever a folder says. */
const CLASS_OF_MODEL: Readonly<Record<string, string>> = {
  bert: 'BertTokenizer',
  distilbert: 'BertTokenizer',
  gemma: 'GemmaTokenizer',
  gemma2: 'GemmaTokenizer',
  gemma3: 'GemmaTokenizer',
  gemma3_text: 'GemmaTokenizer',
  gpt2: 'GPT2Tokenizer',
  mistral: 'TokenizersBackend',
  qwen2: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
  roberta: 'RobertaTokenizer',
};

/** Kinds of models whose folders' class of tokenizer counts for nothing. */
const MISNAMED: readonly string[] = ['qwen2'];

/** What named tokens are called where nothing is said. */
type Names = Readonly<Record<string, string | undefined>>;

/** A class that keeps the vocabulary of a tokenizer.json, and makes the rest anew of tokenizer_config.json. */
interface TokenizerClass {
  model: 'BPE' | 'Unigram' | 'WordPiece';
  names: Names;
  parts: (config: Config, nameOf: (key: string) => string | null, json: TokenizerJson) => TokenizerJson;
}

const flag = (config: Config, key: string, whereAbsent: boolean) =>
  typeof config[key] === 'boolean' ? config[key] : whereAbsent;

/** The settings of a BPE that has none but its vocabulary. */
const PLAIN_BPE = {
  type: 'BPE',
  dropout: null,
  unk_token: null,
  continuing_subword_prefix: '',
  end_of_word_suffix: '',
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
};

const byteLevel = (config: Config, more: TokenizerPart = {}): TokenizerPart => ({
  type: 'ByteLevel',
  add_prefix_space: flag(config, 'add_prefix_space', false),
  ...more,
});

const token = (id: string | null, type_id: number) => ({ SpecialToken: { id, type_id } });
const sequence = (id: 'A' | 'B', type_id: number) => ({ Sequence: { id, type_id } });

const QWEN2_WORDS =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|" +
  '\\s+(?!\\S)|\\s+';

const BERT: TokenizerClass = {
  model: 'WordPiece',
  names: {
    unk_token: '[UNK]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    mask_token: '[MASK]',
  },
  parts: (config, nameOf) => {
    const [first, end] = [nameOf('cls_token'), nameOf('sep_token')];
    const single = [token(first, 0), sequence('A', 0), token(end, 0)];
    return {
      model: {
        type: 'WordPiece',
        unk_token: nameOf('unk_token'),
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
      normalizer: {
        type: 'BertNormalizer',
        handle_chinese_chars: flag(config, 'tokenize_chinese_chars', true),
        strip_accents: config.strip_accents ?? null,
        lowercase: flag(config, 'do_lower_case', true),
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing',
        single,
        pair: [...single, sequence('B', 1), token(end, 1)],
      },
      decoder: { type: 'WordPiece', prefix: '##' },
    };
  },
};

/** The classes of the models that can be loaded here, as transformers 5.24 has them. */
const CLASSES: Readonly<Record<string, TokenizerClass>> = {
  BertTokenizer: BERT,
  DistilBertTokenizer: BERT,
  GPT2Tokenizer: {
    model: 'BPE',
    names: { unk_token: '<|endoftext|>', bos_token: '<|endoftext|>', eos_token: '<|endoftext|>' },
    parts: (config, _nameOf, { post_processor }) => ({
      model: PLAIN_BPE,
      pre_tokenizer: byteLevel(config),
      post_processor: post_processor ?? null,
      decoder: { type: 'ByteLevel' },
    }),
  },
  GemmaTokenizer: {
    model: 'BPE',
    names: {
      unk_token: '<unk>',
      bos_token: '<bos>',
      eos_token: '<eos>',
      pad_token: '<pad>',
      mask_token: '<mask>',
    },
    parts: (_config, nameOf, { post_processor }) => ({
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: nameOf('unk_token'),
        fuse_unk: true,
        byte_fallback: true,
        ignore_merges: false,
      },
      normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      pre_tokenizer: {
        type: 'Split',
        pattern: { String: ' ' },
        behavior: 'MergedWithPrevious',
        invert: false,
      },
      post_processor: post_processor ?? null,
      decoder: null,
    }),
  },
  LlamaTokenizer: {
    model: 'BPE',
    names: { unk_token: '<unk>', bos_token: '<s>', eos_token: '</s>' },
    parts: (config, _nameOf, { post_processor }) => {
      const first = flag(config, 'legacy', false) ? 'always' : 'first';
      return {
        model: { type: 'BPE', dropout: null, unk_token: null, fuse_unk: true, byte_fallback: true },
        pre_tokenizer: {
          type: 'Metaspace',
          replacement: '▁',
          prepend_scheme: flag(config, 'add_prefix_space', true) ? first : 'never',
          split: false,
        },
        post_processor: post_processor ?? null,
        decoder: null,
      };
    },
  },
  Qwen2Tokenizer: {
    model: 'BPE',
    names: { unk_token: '<|endoftext|>', eos_token: '<|endoftext|>', pad_token: '<|endoftext|>' },
    parts: (config, _nameOf, { post_processor }) => ({
      model: PLAIN_BPE,
      normalizer: { type: 'NFC' },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: QWEN2_WORDS }, behavior: 'Isolated', invert: false },
          byteLevel(config, { use_regex: false }),
        ],
      },
      post_processor: post_processor ?? null,
      decoder: { type: 'ByteLevel' },
    }),
  },
  RobertaTokenizer: {
    model: 'BPE',
    names: {
      bos_token: '<s>',
      eos_token: '</s>',
      sep_token: '</s>',
      cls_token: '<s>',
      unk_token: '<unk>',
      pad_token: '<pad>',
      mask_token: '<mask>',
    },
    parts: (config, nameOf) => ({
      model: PLAIN_BPE,
      pre_tokenizer: byteLevel(config),
      post_processor: {
        type: 'RobertaProcessing',
        sep: [nameOf('sep_token'), null],
        cls: [nameOf('cls_token'), null],
        trim_offsets: flag(config, 'trim_offsets', true),
        add_prefix_space: flag(config, 'add_prefix_space', false),
      },
      decoder: { type: 'ByteLevel' },
    }),
  },
  XLMRobertaTokenizer: {
    model: 'Unigram',
    names: {
      bos_token: '<s>',
      eos_token: '</s>',
      sep_token: '</s>',
      cls_token: '<s>',
      unk_token: '<unk>',
      pad_token: '<pad>',
      mask_token: '<mask>',
    },
    parts: (config, nameOf, json) => {
      const [first, end] = [nameOf('bos_token'), nameOf('eos_token')];
      const single = [token(first, 0), sequence('A', 0), token(end, 0)];
      const prepend_scheme = flag(config, 'add_prefix_space', true) ? 'always' : 'never';
      return {
        model: { type: 'Unigram', unk_id: 3, byte_fallback: false },
        normalizer: precompiledOf(json.normalizer),
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'WhitespaceSplit' },
            { type: 'Metaspace', replacement: '▁', prepend_scheme },
          ],
        },
        post_processor: {
          type: 'TemplateProcessing',
          single,
          pair: [...single, token(end, 0), sequence('B', 0), token(end, 0)],
        },
        decoder: { type: 'Metaspace', replacement: '▁' },
      };
    },
  },
};

/** The map of characters among normalisers. */
function precompiledOf(part: TokenizerPart | null | undefined): TokenizerPart | null {
  const parts = part?.type === 'Sequence' && Array.isArray(part.normalizers) ? part.normalizers : [part];
  return (parts as (TokenizerPart | null | undefined)[]).find((own) => own?.type === 'Precompiled') ?? null;
}

function hasByteLevel(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  return (part as TokenizerPart).type === 'ByteLevel' || Object.values(part).some(hasByteLevel);
}

/** The class that transformers' AutoTokenizer takes; undefined for the one that is as tokenizer.json says. */
function classOf(
  json: TokenizerJson,
  { config, modelType = '' }: TokenizerSettings,
): TokenizerClass | undefined {
  const ofModel = Object.hasOwn(CLASS_OF_MODEL, modelType) ? CLASS_OF_MODEL[modelType] : undefined;
  const isMisnamed = MISNAMED.includes(modelType);
  const declared =
    typeof config.tokenizer_class === 'string' ? config.tokenizer_class.replace(/Fast$/, '') : undefined;
  let name = declared ?? ofModel;
  if (declared !== undefined && ofModel !== undefined && declared !== ofModel) {
    if (ofModel === 'TokenizersBackend') return undefined;
    if (isMisnamed) name = ofModel;
  }
  const { pre_tokenizer, normalizer, decoder } = json;
  const isOfBytes = declared === 'LlamaTokenizer' && hasByteLevel({ pre_tokenizer, normalizer, decoder });
  if (isOfBytes && !isMisnamed) return undefined;
  return name !== undefined && Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
}

/** A token as config files have it: its content, or that with settings. */
function contentOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content =
    typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : undefined;
  return typeof content === 'string' ? content : undefined;
}

/** The added tokens with those that tokenizer_config.json lists or names besides, or says otherwise. */
function withTokensOf(config: Config, tokens: AddedTokens, names: Names): AddedTokens {
  const all = new Map(tokens.map((own) => [own.content, own]));
  const listed = config.added_tokens_decoder;
  if (typeof listed === 'object' && listed !== null) {
    for (const [id, own] of Object.entries(listed as Record<string, Record<string, unknown>>)) {
      const content = contentOf(own);
      if (content !== undefined) all.set(content, { ...own, content, id: Number(id) });
    }
  }
  const { additional_special_tokens: additional, extra_special_tokens: extra } = config;
  const lists = [additional, extra].flatMap((list) =>
    typeof list === 'object' && list !== null ? (Object.values(list) as unknown[]) : [],
  );
  const named = Object.entries({ ...names, ...config }).filter(([key]) => key.endsWith('_token'));
  for (const own of [...named.map(([, name]) => name), ...lists]) {
    const content = contentOf(own);
    if (content === undefined || all.has(content)) continue;
    const settings = typeof own === 'object' && own !== null ? own : {};
    all.set(content, { normalized: false, ...settings, content, id: -1, special: true });
  }
  return [...all.values()];
}

/**
 * A tokenizer.json as the AutoTokenizer of transformers 5.24.0 reads it: some classes make all but the vocabulary anew.
 * Beside a tokenizer.json, `add_bos_token` and `add_eos_token` of tokenizer_config.json count for nothing there, and so
 * here.
 */
export function asTransformersReads(json: TokenizerJson, settings: TokenizerSettings): TokenizerJson {
  const { config } = settings;
  const found = classOf(json, settings);
  const own = found?.model === json.model?.type ? found : undefined;
  const nameOf = (key: string) =>
    (config[key] === undefined ? own?.names[key] : contentOf(config[key])) ?? null;
  const parts = own?.parts(config, nameOf, json);
  const made: TokenizerJson =
    parts === undefined
      ? { ...json }
      : { ...parts, model: { ...parts.model, vocab: json.model?.vocab, merges: json.model?.merges } };
  made.added_tokens = withTokensOf(config, addedTokensOf(json), own?.names ?? {});
  return made;
}
