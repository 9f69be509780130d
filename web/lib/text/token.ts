/** A token and the piece of the person's own text that it stands for. */
export interface Token {
  /** Its number in the model's vocabulary; a trace doesn't keep it. */
  id?: number;
  /** The piece of the text; for a token that the model adds, its name, such as `[CLS]`. */
  text: string;
  /** Where the piece begins and ends in the text, in UTF-16 units; both 0 for a token that the model adds. */
  start: number;
  end: number;
  /** Which of two texts the model takes it for, as the tokenizer's template says; 0 where it is left out. */
  type?: number;
}
