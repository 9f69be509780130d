import type { PlacedText } from '../placed_text.js';

/** What becomes of a text before it is cut. */
export type Normalizer = (text: PlacedText) => PlacedText;
