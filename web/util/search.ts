/** Search parameters of a page, as text: `?a=1&a=2` is `{a: ['1', '2']}`. The same form that the API takes. */
export type Search = Record<string, string | string[]>;

export function parseSearch(text: string): Search {
  const search: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = search[name];
    search[name] = before === undefined ? value : [before, value].flat();
  }
  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    [value].flat().flatMap(one => (one === undefined || one === '' ? [] : [[name, String(one)]])),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

/** The one text, or the first of several. */
export function textIn(value: unknown): string | undefined {
  const [first] = textsIn(value);
  return first;
}

export function textsIn(value: unknown): string[] {
  return [value].flat().flatMap(one => {
    const isText = typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean';
    return isText && one !== '' ? [String(one)] : [];
  });
}
