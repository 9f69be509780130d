import { find } from './find.js';

/** The keys of the whole page: a list of all of them, undoing and redoing. */
export class Shortcuts {
  constructor({ undo, redo }: { undo: () => void; redo: () => void }) {
    const list = find<HTMLDialogElement>('#shortcuts');
    addEventListener('keydown', (event) => {
      // Texts undo their own letters.
      const isTyping =
        event.composedPath()[0] instanceof HTMLElement &&
        (event.composedPath()[0] as HTMLElement).matches('input[type=text], textarea');
      if (isTyping) return;
      if (event.key === '?') list.showModal();
      const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
      if (!isUndo) return;
      event.preventDefault();
      (event.shiftKey ? redo : undo)();
    });
  }
}
