import { type IncomingHttpHeaders, request } from 'node:http';

// As much of a browser as sign-ins need: it keeps cookies, follows redirects, and says of each request where it comes from.

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Of the last of all redirects. */
  url: URL;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | undefined;
}

/** One request to this machine, by whatever name; no redirect is followed. */
export async function send(url: URL, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method };
    const sent = request({ ...options, headers: { host: url.host, ...headers }, timeout: 50_000 }, got => {
      let text = '';
      got.setEncoding('utf8').on('data', piece => {
        text += piece;
      });
      got.on('end', () => resolve({ status: got.statusCode ?? 0, headers: got.headers, text, url }));
      got.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 50 s')));
    sent.on('error', reject).end(body);
  });
}

export class Browser {
  /** Where our page is: `http://localhost:8080`. */
  readonly home: string;
  /** By host, and name. */
  readonly cookies = new Map<string, Map<string, string>>();
  /** All that were set, as they were written. */
  readonly written: string[] = [];

  constructor(home: string) {
    this.home = home;
  }

  /** A person follows a link, or types an address; then redirects, as far as `until` allows. */
  async go(address: string, until: (next: URL) => boolean = () => false): Promise<Answer> {
    let url = new URL(address, this.home);
    let site = 'none';
    for (let i = 0; i < 20; i++) {
      const sec = {
        'sec-fetch-site': site,
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        accept: 'text/html',
      };
      const answer = await this.#send(url, { headers: sec });
      if (answer.headers.location === undefined || answer.status < 300 || answer.status > 399) return answer;
      const next = new URL(answer.headers.location, url);
      if (until(next)) return { ...answer, url: next };
      if (next.origin !== url.origin) site = 'cross-site';
      url = next;
    }
    throw new Error('redirects without an end');
  }

  /** What our own page asks. */
  async call(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
    const headers = {
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      ...(method === 'GET' ? {} : { origin: this.home, 'content-type': 'application/json' }),
      ...more,
    };
    const text = method === 'GET' ? undefined : JSON.stringify(body ?? {});
    return await this.#send(new URL(path, this.home), { method, headers, body: text });
  }

  /** The answer of our own page's question, as data; the status has to be this. */
  async ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T;
  }

  cookie(name: string): string | undefined {
    return this.cookies.get(new URL(this.home).hostname)?.get(name);
  }

  cookieHeader(url: URL): string {
    return [...(this.cookies.get(url.hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async #send(url: URL, { headers = {}, ...rest }: Sent): Promise<Answer> {
    const cookie = this.cookieHeader(url);
    const answer = await send(url, { ...rest, headers: { ...(cookie === '' ? {} : { cookie }), ...headers } });
    for (const text of answer.headers['set-cookie'] ?? []) this.#keep(url.hostname, text);
    return answer;
  }

  #keep(host: string, text: string): void {
    this.written.push(text);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    const isGone = /;\s*max-age=0/i.test(text) || /;\s*expires=Thu, 01 Jan 1970/i.test(text);
    if (isGone) jar.delete(name);
    else jar.set(name, value);
  }
}
