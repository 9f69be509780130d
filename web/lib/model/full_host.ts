import type { attend as attendIn } from '../attend.js';
import { Painter } from '../paint.js';
import { instantiateFull, type FullProgram } from './full_program.js';

/** The program `full`, running: models and large maps share its memory. */
export class FullHost {
  private constructor(
    readonly program: FullProgram,
    readonly painter: Painter,
    /** The core's, which attends in any program. */
    readonly attend: typeof attendIn,
  ) {}

  static async start(module: WebAssembly.Module, attend: typeof attendIn): Promise<FullHost> {
    const program = await instantiateFull(module);
    return new FullHost(program, new Painter(program), attend);
  }
}
