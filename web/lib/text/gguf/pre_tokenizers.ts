/** Where a text is cut before its pieces are found: matches of the patterns and what stands between, one after another. */
export interface PreTokenizer {
  /** Patterns of JavaScript with the flag u, or the name of a cut that a pattern can't say. */
  cuts: readonly string[];
  /** A word that is a token is that token, whatever the merges. */
  ignoresMerges?: boolean;
  /** The first token is there where tokenizer.ggml.add_bos_token is left out. */
  hasFirst?: boolean;
  /** Two texts have a separator between. */
  hasSeparator?: boolean;
  /** No token begins a text unless bos_token_id says which. */
  hasNoUsualFirst?: boolean;
  /** Spaces are written as ▁ and characters as themselves, not as bytes. */
  isSentencePiece?: boolean;
  /** A run of line feeds that is a token is that token. */
  joinsLines?: boolean;
}

/** Digits in threes from the right; what stands before them joins the first of them. */
export const NUMBERS_IN_THREES = 'numbers in threes';
/** The same for ASCII's digits, which are apart already. */
export const DIGITS_IN_THREES = 'digits in threes';

const S = '\\p{White_Space}';
const NOT_S = '\\P{White_Space}';

const SPACES = `${S}+(?!${NOT_S})`;
const ALL_SPACES = `${SPACES}|${S}+`;
const LINES = `${S}*[\\r\\n]+`;
const CONTRACTION = "'(?:[sdmt]|re|ve|ll)";
const ANY_CONTRACTION = "'(?:[sSdDmMtT]|[rR][eE]|[vV][eE]|[lL][lL])";
const LEAD = '[^\\r\\n\\p{L}\\p{N}]?';
const WORD = `${LEAD}\\p{L}+`;
const NEITHER = ` ?[^${S}\\p{L}\\p{N}]+`;
const SYMBOLS = `${NEITHER}[\\r\\n]*`;
const PUNCTUATION = '!"#$%&\'()*+,\\-.\\/:;<=>?@\\[\\\\\\]^_`{\\|}~';

const any = (...parts: readonly string[]) => parts.join('|');

/** GPT-2's words. */
const GPT2 = any(CONTRACTION, ' ?\\p{L}+', ' ?\\p{N}+', NEITHER, SPACES);

/** Llama 3's words, with as many digits at a time as given. */
const llama3 = (digits: string) => any(ANY_CONTRACTION, WORD, `\\p{N}${digits}`, SYMBOLS, LINES, ALL_SPACES);

/** Words of GPT-4o's kind, cut where capitals follow; only ASCII's letters have a case here. */
const cased = (letter: string, contraction: string, digits: string) => {
  const [upper, lower] = [`(?:(?![a-z])${letter})`, `(?:(?![A-Z])${letter})`];
  return any(
    `${LEAD}${upper}*${lower}+${contraction}`,
    `${LEAD}${upper}+${lower}*${contraction}`,
    `\\p{N}${digits}`,
    `${NEITHER}[\\r\\n\\/]*`,
    LINES,
    ALL_SPACES,
  );
};

/** The same without cutting at capitals. */
const uncased = (digits: string) =>
  any(
    `${LEAD}[\\p{L}\\p{M}]+(?:${ANY_CONTRACTION})?`,
    `\\p{N}${digits}`,
    `${NEITHER}[\\r\\n\\/]*`,
    LINES,
    ALL_SPACES,
  );

const CHINESE_AND_KANA = '[\\u4e00-\\u9fa5\\u3040-\\u309f\\u30a0-\\u30ff]+';
const DEEPSEEK_CJK = '[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]+';

/** DeepSeek 3's words but for numbers. */
const deepseek3 = (symbols: readonly string[]) =>
  any(`[${PUNCTUATION}][A-Za-z]+`, '[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+', ...symbols, ALL_SPACES);
const DEEPSEEK3 = deepseek3([' ?[\\p{P}\\p{S}]+[\\r\\n]*', LINES]);

/** Letters with a case, as DeepSeek LLM lists them. */
const DEEPSEEK_LETTERS =
  'A-Za-z\\u00b5\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u01ba\\u01bc-\\u01bf\\u01c4-\\u0293' +
  '\\u0295-\\u02af\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u037f\\u0386\\u0388-\\u038a\\u038c' +
  '\\u038e-\\u03a1\\u03a3-\\u03f5\\u03f7-\\u0481\\u048a-\\u052f\\u0531-\\u0556\\u10a0-\\u10c5' +
  '\\u13a0-\\u13f5\\u13f8-\\u13fd\\u1c90-\\u1cba\\u1cbd-\\u1cbf\\u1d00-\\u1d2b\\u1d6b-\\u1d77' +
  '\\u1d79-\\u1d9a\\u1e00-\\u1f15\\u1f18-\\u1f1d\\u1f20-\\u1f45\\u1f48-\\u1f4d\\u1f50-\\u1f57\\u1f59' +
  '\\u1f5b\\u1f5d\\u1f5f-\\u1f7d\\u1f80-\\u1fb4\\u1fb6-\\u1fbc\\u1fbe\\u1fc2-\\u1fc4\\u1fc6-\\u1fcc' +
  '\\u1fd0-\\u1fd3\\u1fd6-\\u1fdb\\u1fe0-\\u1fec\\u1ff2-\\u1ff4\\u1ff6-\\u1ffc\\u2102\\u2107' +
  '\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2126\\u2128\\u212a-\\u212d\\u212f-\\u2134\\u2139' +
  '\\u213c-\\u213f\\u2145-\\u2149\\u214e\\u2183\\u2184\\u2c00-\\u2c7b\\u2c7e-\\u2ce4\\u2ceb-\\u2cee' +
  '\\u2cf2\\u2cf3\\ua640-\\ua66d\\ua680-\\ua69b\\ua722-\\ua76f\\ua771-\\ua787\\ua78b-\\ua78e' +
  '\\uab70-\\uabbf\\ufb00-\\ufb06\\ufb13-\\ufb17\\uff21-\\uff3a\\uff41-\\uff5a\\u{10400}-\\u{1044f}' +
  '\\u{104b0}-\\u{104d3}\\u{104d8}-\\u{104fb}\\u{10c80}-\\u{10cb2}\\u{10cc0}-\\u{10cf2}' +
  '\\u{118a0}-\\u{118df}\\u{1e900}-\\u{1e943}';

const HAN =
  '[\\u4e00-\\u9fff\\u3400-\\u4dbf\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2ebef}\\uf900-\\ufaff\\u{2f800}-\\u{2fa1f}]';

/** Scripts without spaces, as AFMoE sets them apart. */
const AFMOE_SCRIPTS =
  '[\\u4e00-\\u9fff\\u3400-\\u4dbf\\uf900-\\ufaff\\u3040-\\u309f\\u30a0-\\u30ff\\uff65-\\uff9f\\u2f00-\\u2fdf' +
  '\\u0e40-\\u0e7f\\u0ec0-\\u0eff\\u1780-\\u17ff\\u1000-\\u109f\\uaa60-\\uaa7f\\ua9e0-\\ua9ff\\uac00-\\ud7af\\u1100-\\u11ff]+';

/** What stands between spaces and marks of many scripts. */
const BLOOM = ` ?[^(${S}|.,!?\\u2026\\u3002\\uff0c\\u3001\\u0964\\u06d4\\u060c)]+`;

const LINE_RUNS = '[^\\n]+|[\\n]+';

const FALLING_SPACES = [512, 256, 128, 64, 32, 16, 8, 4].map((count) => `${S}{${count}}(?!${NOT_S})`);

const DIGITS_THEN_GPT2 = ['\\p{N}', GPT2];
const LLAMA3 = { cuts: [llama3('{1,3}')] };
const LLAMA3_WHOLE = { ...LLAMA3, ignoresMerges: true };
const QWEN2 = { cuts: [llama3('')] };
const GPT4O = { cuts: [cased('\\p{L}', `(?:${ANY_CONTRACTION})?`, '{1,3}')] };
const GEMMA4 = {
  cuts: [LINE_RUNS],
  isSentencePiece: true,
  joinsLines: true,
  hasFirst: true,
};
const DEEPSEEK3_CUTS = { cuts: ['\\p{N}{1,3}', CHINESE_AND_KANA, DEEPSEEK3] };

const GROUPS: readonly (readonly [names: string, pre: PreTokenizer])[] = [
  [
    'default',
    {
      cuts: ['[\\p{P}$+<=>^~|]+', GPT2, '\\p{N}+', '[0-9][0-9][0-9]'],
    },
  ],
  [
    'gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert mpt olmo jais trillion ' +
      'granite-docling exaone4',
    { cuts: [GPT2] },
  ],
  ['jina-v1-en jina-v2-code roberta-bpe', { cuts: [GPT2], hasSeparator: true }],
  [
    'llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano',
    { ...LLAMA3_WHOLE, hasFirst: true },
  ],
  ['dbrx smaug-bpe', LLAMA3],
  ['chatglm-bpe', { ...LLAMA3, hasNoUsualFirst: true }],
  ['glm4 glm5', { ...LLAMA3_WHOLE, hasNoUsualFirst: true }],
  ['qwen2 deepseek-r1-qwen kormo f2llmv2 megrez stablelm2 hunyuan solar-open grok-2', QWEN2],
  [
    'qwen35',
    {
      cuts: [
        any(
          ANY_CONTRACTION,
          `${LEAD}[\\p{L}\\p{M}]+`,
          '\\p{N}',
          ` ?[^${S}\\p{L}\\p{M}\\p{N}]+[\\r\\n]*`,
          LINES,
          ALL_SPACES,
        ),
      ],
    },
  ],
  ['ufakzeka', { cuts: [any(WORD, '\\p{N}', SYMBOLS, LINES, ALL_SPACES)] }],
  [
    'starcoder refact command-r smollm codeshell exaone minerva-7b mellum2',
    {
      cuts: DIGITS_THEN_GPT2,
    },
  ],
  ['falcon', { cuts: ['[\\p{P}$+<=>^~|`]+', GPT2, '[0-9][0-9][0-9]'] }],
  ['gpt-4o llama4 kanana2 talkie minimax-m2', GPT4O],
  [
    'granite-embed-multi-97m',
    { cuts: [cased('[\\p{L}\\p{M}]', `(?:${ANY_CONTRACTION})?`, '{1,3}')], ignoresMerges: true },
  ],
  ['tekken', { cuts: [cased('\\p{L}', '', '')], ignoresMerges: true, hasFirst: true }],
  [
    'youtu',
    {
      cuts: [
        any(
          '[\\uac00-\\ud7a3\\u3131-\\u318e]+',
          '[\\uff01\\u2026\\u201c\\u201d\\u2018\\u2019\\u2014\\uff1a\\uff1b\\uff0c\\u3001-\\u303f\\ufe30-\\ufe4f]+',
          '[\\u3105-\\u312f]+',
          CHINESE_AND_KANA,
        ),
        uncased(''),
      ],
      ignoresMerges: true,
    },
  ],
  ['tiny_aya cohere2moe', { cuts: [NUMBERS_IN_THREES, uncased('{1,3}')] }],
  [
    'deepseek-llm',
    {
      cuts: [
        '[\\r\\n]',
        `${S}?[${DEEPSEEK_LETTERS}]+`,
        `${S}?[!-\\/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3000-\\u3002]+`,
        `${S}+$`,
        DEEPSEEK_CJK,
        '\\p{N}+',
      ],
    },
  ],
  ['deepseek-coder', { cuts: ['[\\r\\n]', `${S}?\\p{L}+`, `${S}?\\p{P}+`, DEEPSEEK_CJK, '\\p{N}'] }],
  ['deepseek-v3 hunyuan-dense joyai-llm hy_v4', DEEPSEEK3_CUTS],
  [
    'spark2_5',
    {
      cuts: ['\\p{N}{1,3}', CHINESE_AND_KANA, deepseek3([' ?[\\p{P}\\p{S}]+', '[\\r\\n]']), '\\p{N}'],
    },
  ],
  ['afmoe', { cuts: [NUMBERS_IN_THREES, AFMOE_SCRIPTS, DEEPSEEK3] }],
  ['superbpe', { cuts: ['\\p{N}+', DIGITS_IN_THREES] }],
  [
    'kimi-k2',
    {
      cuts: [
        any(
          `${HAN}+`,
          `${LEAD}(?:(?!${HAN})\\p{L})+(?:${ANY_CONTRACTION})?`,
          '\\p{N}{1,3}',
          SYMBOLS,
          LINES,
          ALL_SPACES,
        ),
      ],
    },
  ],
  ['bloom gpt3-finnish poro-chat', { cuts: [BLOOM] }],
  ['viking', { cuts: [BLOOM, '\\p{N}'] }],
  [
    'bailingmoe bailingmoe2 llada-moe',
    { cuts: [any(ANY_CONTRACTION, WORD, '\\p{N}', SYMBOLS, `${S}*[\\r\\n]`, ALL_SPACES)] },
  ],
  [
    'seed-coder',
    {
      cuts: [any(ANY_CONTRACTION, WORD, '\\p{N}', ` ?[^${S}\\p{L}\\p{N}\\r\\n]+`, LINES, ALL_SPACES)],
    },
  ],
  [
    'jais-2',
    {
      cuts: [
        any(
          ANY_CONTRACTION,
          WORD,
          '\\p{N}{1,3}',
          SYMBOLS,
          LINES,
          ...FALLING_SPACES,
          `${S}{1,2}(?!${NOT_S})`,
          S,
        ),
      ],
    },
  ],
  [
    'exaone-moe',
    {
      cuts: [
        any(
          ANY_CONTRACTION,
          `${LEAD}(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+`,
          '\\p{N}',
          `${NEITHER}[\\r\\n\\/]?`,
          `${S}*[\\r\\n]`,
          ALL_SPACES,
        ),
      ],
    },
  ],
  [
    'chameleon',
    {
      cuts: [
        '<sentinel:[0-9]+>',
        'IMGIMG[A-I]{1,4}Z',
        '[\\t\\n]|    |  ',
        '\\p{N}',
        '[\\p{P}!-\\/:-@\\[-`\\{-~]',
        GPT2,
      ],
      hasFirst: true,
    },
  ],
  ['laguna', { cuts: [LINE_RUNS, ...QWEN2.cuts] }],
  [
    'minicpm5',
    {
      cuts: ['\\p{N}{1,3}', any(ANY_CONTRACTION, WORD, '\\p{N}+', SYMBOLS, LINES, ALL_SPACES)],
      ignoresMerges: true,
    },
  ],
  ['gemma4 granite-embed-multi-311m', GEMMA4],
  ['sarvam-moe', { cuts: [LINE_RUNS], isSentencePiece: true }],
];

/**
 * What tokenizer.ggml.pre names, as src/llama-vocab.cpp has them in the llama.cpp of llama_cpp_python 0.3.36. Patterns
 * are as they work there, where letters beyond ASCII have no case.
 */
export const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map(
  GROUPS.flatMap(([names, pre]) => names.split(' ').map((name) => [name, pre] as const)),
);
