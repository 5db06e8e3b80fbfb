/** Pieces that come in order, for one reader. */
export class Pipe implements AsyncIterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  /** Called when the reader leaves before the end. */
  onLeave: () => void = () => {};

  push(piece: Uint8Array): void {
    if (this.#ended) return;
    this.#pieces.push(piece);
    this.#wake?.();
  }

  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  /** All of it, where it came in one piece, and well. */
  get whole(): Uint8Array | undefined {
    return this.#ended && this.#error === undefined && this.#pieces.length === 1 ? this.#pieces[0] : undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) yield piece;
        else if (this.#ended) break;
        else {
          await new Promise<void>(resolve => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
      if (this.#error !== undefined) throw this.#error;
    } finally {
      this.onLeave();
    }
  }
}
