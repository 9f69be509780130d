/** The sentences on which an encoder's heads are probed; each says a word or two again. */
export const PROBE_TEXTS: readonly string[] = [
  'The cat sat on the mat, and the dog sat by the door.',
  'When the rain stops, the garden still smells of rain.',
  'She bought two apples, three pears, and one more apple.',
  'He opened the old book; the book had no last page.',
  'Water boils at a hundred degrees, but water freezes at zero.',
  'My brother plays the piano while my sister plays the drums.',
  'Nobody saw the fox, yet everybody heard the fox.',
  'The train was late, so we missed the other train.',
  'A good question is worth more than a quick answer to a bad question.',
  'They walked along the river until the river met the sea.',
  'If you look at the stars, the stars look back.',
  'The teacher asked the pupils, and the pupils asked the teacher.',
  'In spring the birds return; in autumn the birds leave.',
  'The bread was warm, the soup was hot, and the tea was cold.',
  'Close the window, please, before the wind closes the window.',
  'Some people read the news, some people write the news.',
];
