import { find } from './find.js';

/** Texts undo their own letters, and hold question marks. */
function isText(target: EventTarget | undefined): boolean {
  return target instanceof Element && target.matches('input[type=text], textarea');
}

/** The keys of the whole page: a list of all of them, undoing and redoing. */
export function listenToKeys({ undo, redo }: { undo: () => void; redo: () => void }): void {
  const list = find<HTMLDialogElement>('#shortcuts');
  addEventListener('keydown', (event) => {
    if (isText(event.composedPath()[0])) return;
    if (event.key === '?') list.showModal();
    const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
    if (!isUndo) return;
    event.preventDefault();
    (event.shiftKey ? redo : undo)();
  });
}
