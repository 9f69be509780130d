/** Special tokens that end a turn of a chat wherever a tokenizer has them. */
const ENDS_OF_TURNS: readonly unknown[] = [
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<end_of_turn>',
  '<|end|>',
  '<|endofturn|>',
  '<|end_of_turn|>',
  '<end_of_utterance>',
  '<turn|>',
];

/** What a folder says of the end of a text. */
interface EndSettings {
  config: unknown;
  generationConfig: unknown;
  tokenizerConfig: unknown;
  tokenizerJson: unknown;
}

type Loose = Readonly<Record<string, unknown>> | null | undefined;

/** The number of a token in a tokenizer.json, among those that were added and then in the vocabulary. */
function idOf(json: Loose, token: unknown): unknown {
  const added = [json?.added_tokens].flat() as Loose[];
  const vocabulary = (json?.model as Loose)?.vocab as Loose;
  const own = typeof token === 'string' && vocabulary != null && Object.hasOwn(vocabulary, token);
  return added.find((one) => one?.content === token)?.id ?? (own ? vocabulary[token] : undefined);
}

/** The tokens that end a text: those that the settings say, and those that end a turn of a chat. */
export function endIdsOf(settings: EndSettings): number[] {
  const [config, generation, tokenizer, json] = [
    settings.config,
    settings.generationConfig,
    settings.tokenizerConfig,
    settings.tokenizerJson,
  ] as Loose[];
  const textConfig = config?.text_config as Loose;
  const end = tokenizer?.eos_token as Loose | string;
  const named = [
    idOf(json, typeof end === 'object' ? end?.content : end),
    ...([json?.added_tokens].flat() as Loose[])
      .filter((one) => one?.special === true && ENDS_OF_TURNS.includes(one.content))
      .map((one) => one?.id),
  ];
  const said = [config, textConfig, generation].flatMap((one) => one?.eos_token_id);
  return [...new Set([...said, ...named])].filter((id): id is number => Number.isInteger(id));
}
