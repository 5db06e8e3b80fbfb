/** Reads lines and counted bytes from a stream of pieces. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** Without its end; undefined at the end of the stream. */
  async line(maxBytes: number): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end !== -1) {
        const line = Buffer.from(this.#held.subarray(0, end)).toString('utf8');
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (this.#held.length > maxBytes) throw new Error(`a line is longer than ${maxBytes} bytes`);
      const more = await this.#pieces.next();
      if (more.done) return undefined;
      this.#held = this.#held.length === 0 ? more.value : Buffer.concat([this.#held, more.value]);
    }
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) {
      if (this.#held.length === 0) {
        const more = await this.#pieces.next();
        if (more.done) throw new Error('the stream ended too early');
        this.#held = more.value;
      }
      const taken = Math.min(left, this.#held.length);
      left -= taken;
      this.#held = this.#held.subarray(taken);
    }
  }

  async exactly(size: number): Promise<Buffer> {
    const result = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      if (this.#held.length === 0) {
        const more = await this.#pieces.next();
        if (more.done) throw new Error('the stream ended too early');
        this.#held = more.value;
      }
      const taken = this.#held.subarray(0, size - at);
      result.set(taken, at);
      at += taken.length;
      this.#held = this.#held.subarray(taken.length);
    }
    return result;
  }
}
