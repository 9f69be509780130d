/** Sentences that show why heads matter; each has a trace, so that it is seen before any model is there. */
export const EXAMPLES = [
  {
    name: 'A pronoun',
    text: "The animal didn't cross the street because it was too tired.",
    trace: 'traces/pronoun.safetensors',
  },
  {
    name: 'A word with two meanings',
    text: 'She sat on the bank of the river, far from the bank.',
    trace: 'traces/bank.safetensors',
  },
  {
    name: 'Code',
    text: 'if (a[i] > max) { max = a[i]; }',
    trace: 'traces/code.safetensors',
  },
] as const;
