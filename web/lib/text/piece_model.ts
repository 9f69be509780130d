/** A piece of a word: its number in the vocabulary, and where it lies in the word. */
export interface Piece {
  id: number;
  /** In UTF-16 units of the word. Pieces that stand for single bytes of a character have the character's place. */
  start: number;
  end: number;
}

/** What cuts a word into pieces of a vocabulary: BPE, WordPiece, Unigram or WordLevel. */
export interface PieceModel {
  /** The pieces of a word, in order; none for an empty word. */
  pieces(word: string): readonly Piece[];
}
