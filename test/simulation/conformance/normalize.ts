import type { Answer, Case, Step } from './step.ts';

export interface Compared {
  exchange: string;
  status: number;
  body: unknown;
}

/** What was exchanged, without what is chance: equal things stay equal, and versions keep their order. */
export function normalize(
  { steps, timed = false }: Case,
  answers: readonly Answer[],
  names: Record<string, string>,
): Compared[] {
  const versions = new Map<string, Set<string>>();
  const words = new Map(Object.entries(names));
  for (const { body } of answers) collect(body, versions, words);
  const ranks = new Map<string, string>();
  for (const ofOne of versions.values())
    for (const [i, version] of [...ofOne].sort((a, b) => Number(a) - Number(b)).entries()) ranks.set(version, `v${i}`);
  const times = timed ? [...new Set(JSON.stringify(answers).match(managedTime))].sort() : [];
  const normalizer = new Normalizer(ranks, words, times);
  return answers.map(({ status, body }, i) => {
    const { method, path } = steps[i]!;
    const shown = comparedPart(steps[i]!, status, body);
    const exchange = `${i} ${method} ${typeof path === 'string' ? path : '(from earlier answers)'}`;
    return { exchange, status, body: normalizer.value(shown, '') };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: answers of all kinds
function comparedPart({ compare, pick }: Step, status: number, body: any): unknown {
  if (pick !== undefined) return pick(body);
  if (compare === 'reason' && status >= 400) return { reason: body.reason, code: body.code };
  if (compare !== 'outline') return body;
  const { kind, reason, code, metadata, items } = body;
  return { kind, reason, code, name: metadata?.name, deletes: metadata?.deletionTimestamp, items: items?.length };
}

/** The versions of each object, and names that the server made up. */
function collect(value: unknown, versions: Map<string, Set<string>>, words: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { uid, resourceVersion, generateName, name } = value as Record<string, unknown>;
  if (typeof uid === 'string' && typeof resourceVersion === 'string')
    versions.set(uid, (versions.get(uid) ?? new Set()).add(resourceVersion));
  if (typeof generateName === 'string' && typeof name === 'string' && !words.has(name)) words.set(name, 'GENERATED');
  const hash = (value as Record<string, unknown>)['pod-template-hash'];
  if (typeof hash === 'string') words.set(hash, 'HASH');
  for (const inner of Object.values(value)) collect(inner, versions, words);
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const managedTime = /"time":"[^"]+"/g;
const address = /\b10\.96\.\d+\.\d+\b/g;

class Normalizer {
  readonly #ranks: Map<string, string>;
  readonly #words: Map<string, string>;
  readonly #times: readonly string[];
  readonly #seen = new Map<string, string>();

  constructor(ranks: Map<string, string>, words: Map<string, string>, times: readonly string[]) {
    this.#ranks = ranks;
    this.#times = times;
    this.#words = words;
  }

  value(value: unknown, field: string): unknown {
    if (typeof value === 'string') return this.#text(value, field);
    if (Array.isArray(value)) {
      const items =
        field === 'managedFields' ? value.toSorted(byManager) : field === 'causes' ? value.toSorted(byText) : value;
      return items.map(item => this.value(item, ''));
    }
    if (typeof value !== 'object' || value === null) return value;
    const { uid } = value as Record<string, unknown>;
    const entries = Object.keys(value)
      .sort()
      .map(key => [
        this.#text(key, ''),
        this.value(
          (value as Record<string, unknown>)[key],
          key === 'resourceVersion' && uid === undefined ? 'version' : key,
        ),
      ]);
    return Object.fromEntries(entries);
  }

  #text(text: string, field: string): string {
    if (field === 'resourceVersion') return this.#ranks.get(text) ?? 'some version';
    // That of a list, or of a bookmark, says what others did meanwhile.
    if (field === 'version') return 'some version';
    if (field === 'continue') return 'CONTINUE';
    if (field === 'time' && this.#times.length > 0) return `time${this.#times.indexOf(`"time":"${text}"`)}`;
    let result = text;
    for (const [word, name] of this.#words) if (word !== '') result = result.replaceAll(word, name);
    return result
      .replace(uuid, id => this.#numbered(id, 'uid'))
      .replace(address, id => this.#numbered(id, 'ip'))
      .replace(time, 'TIME')
      .replace(/(ReplicaSet "[\w-]+)-[a-z0-9]+"/, '$1-HASH"')
      .replace(/(in record \(|current: |version: \d+ \()\d+/g, '$1N');
  }

  #numbered(text: string, what: string): string {
    const known = this.#seen.get(text);
    if (known !== undefined) return known;
    const name = `${what}${this.#seen.size}`;
    this.#seen.set(text, name);
    return name;
  }
}

/** Those of a conflict come in any order. */
function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

type Entry = { operation: string; manager: string; subresource?: string };

/** Within a second the order is by name, across its border by time: that is chance. */
function byManager(a: Entry, b: Entry): number {
  const key = ({ operation, manager, subresource = '' }: Entry) => `${operation} ${manager} ${subresource}`;
  return key(a) < key(b) ? -1 : 1;
}
