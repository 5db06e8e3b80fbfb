import type { SimServer } from './server.ts';

/** Who can be reached, by name. Hosts that are cut off swallow what is sent to them, and say nothing. */
export class Network {
  readonly #servers = new Map<string, SimServer>();
  readonly #cut = new Set<string>();
  readonly #listeners = new Set<(host: string) => void>();

  add(host: string, server: SimServer): void {
    this.#servers.set(host, server);
  }

  server(host: string): SimServer | undefined {
    return this.#servers.get(host);
  }

  /** From now on nothing passes to or from this host, as if a cable were pulled: open connections stay, silent. */
  cut(host: string): void {
    this.#cut.add(host);
  }

  mend(host: string): void {
    this.#cut.delete(host);
  }

  isCut(host: string): boolean {
    return this.#cut.has(host);
  }

  /** The host was started again: connections that were open are reset. */
  reset(host: string): void {
    for (const tell of [...this.#listeners]) tell(host);
  }

  onReset(tell: (host: string) => void): () => void {
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }
}
