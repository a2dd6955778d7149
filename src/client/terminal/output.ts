import { Writable } from 'node:stream';

/** What sets colours and weights. */
const STYLES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const COLUMNS_USUAL = 80;
const ROWS_USUAL = 24;

/** A terminal as prompts write to it: without colours for those who want none, and redrawn whenever it is asked for. */
export class TerminalOutput extends Writable {
  readonly isTTY: boolean = true;
  readonly #target: NodeJS.WriteStream;
  readonly #color: boolean;
  readonly #onResize = (): void => {
    this.redraw();
  };

  constructor(target: NodeJS.WriteStream, color: boolean) {
    super({ decodeStrings: false });
    this.#target = target;
    this.#color = color;
    target.on('resize', this.#onResize);
  }

  get columns(): number {
    return this.#target.columns || COLUMNS_USUAL;
  }

  get rows(): number {
    return this.#target.rows || ROWS_USUAL;
  }

  /** Prompts draw themselves anew when their terminal has another size: what they show may be new as well. */
  redraw(): void {
    this.emit('resize');
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    const text = String(chunk);
    this.#target.write(this.#color ? text : text.replaceAll(STYLES, ''));
    done();
  }

  override _destroy(_error: Error | null, done: () => void): void {
    this.#target.off('resize', this.#onResize);
    done();
  }
}
