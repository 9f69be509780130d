import type { SourceInfo, WhatIf } from '../../element/head_source.js';
import type { HeadPlace, ModelInfo } from '../../lib/index.js';
import type { RunText } from '../../lib/model/run_input.js';
import type { ExplorerCalls } from '../connect.js';
import { find } from '../find.js';

/** What the page shows now, which the tools work on. */
export interface Subject {
  /** The number of the opened text. */
  source: number;
  info: SourceInfo;
  /** What the model ran. */
  input: RunText;
  /** The model that read it; undefined for a trace or a person's own tensors. */
  model: ModelInfo | undefined;
  place: HeadPlace;
  whatIf: WhatIf;
}

/** What the tools ask of the page. */
export interface Page {
  readonly explorer: ExplorerCalls;
  readonly theme: 'light' | 'dark';
  choose(place: HeadPlace): void;
  /** Says how something with many steps goes, until it is done; it can be stopped. */
  work<Result>(words: string, task: (course: Work) => Promise<Result>): Promise<Result | undefined>;
  say(words: string): void;
}

/** The course of something with many steps. */
export interface Work {
  signal: AbortSignal;
  onProgress: (steps: { done: number; all: number }) => void;
}

/** A part of the page that is worked out only while it is open. */
export abstract class Tool {
  protected readonly root: HTMLDetailsElement;
  protected subject: Subject | undefined;

  constructor(
    selector: string,
    protected readonly page: Page,
  ) {
    this.root = find<HTMLDetailsElement>(selector);
    this.root.addEventListener('toggle', () => {
      if (this.root.open) void this.update();
    });
  }

  /** Another text, model or head is shown. */
  take(subject: Subject): void {
    this.subject = subject;
    if (this.root.open) void this.update();
  }

  protected abstract update(): Promise<void>;
}
