/** States that can be gone back to, and forward to again. */
export class Undo<State> {
  readonly #before: State[] = [];
  #after: State[] = [];

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  get canRedo(): boolean {
    return this.#after.length > 0;
  }

  /** Keeps the state that an edit ends. */
  keep(state: State): void {
    this.#before.push(state);
    this.#after = [];
  }

  /** The state before the last edit; the present one can be gone forward to. */
  undo(present: State): State | undefined {
    const state = this.#before.pop();
    if (state !== undefined) this.#after.push(present);
    return state;
  }

  redo(present: State): State | undefined {
    const state = this.#after.pop();
    if (state !== undefined) this.#before.push(present);
    return state;
  }
}
