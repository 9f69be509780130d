import { Painter } from '../paint.js';
import { instantiateFull, type FullProgram } from './full_program.js';

/** The program `full`, running: models and large maps share its memory. */
export class FullHost {
  private constructor(
    readonly program: FullProgram,
    readonly painter: Painter,
  ) {}

  static async start(module: WebAssembly.Module): Promise<FullHost> {
    const program = await instantiateFull(module);
    return new FullHost(program, new Painter(program));
  }
}
