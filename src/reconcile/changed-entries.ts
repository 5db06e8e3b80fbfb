/** What is said in one place and not in the other, as text: `policy: g, appops, role:dev`, `sourceRepos: *`, `accounts: appops`. */
export interface ChangedEntries {
  added?: string[];
  removed?: string[];
}

const mostEntries = 20;
const longest = 300;

/** Of lists, each entry; of texts, each line. Of what has a name only that: there may be hashes of tokens in it. */
export function changedEntries(
  before: object | undefined,
  now: object | undefined,
  fields: readonly string[],
): ChangedEntries {
  const entries = (of: object | undefined) =>
    new Set(
      fields.flatMap(field =>
        entriesOf((of as Record<string, unknown> | undefined)?.[field]).map(one => `${field}: ${one}`),
      ),
    );
  const [old, fresh] = [entries(before), entries(now)];
  const short = (of: Set<string>) => [...of].slice(0, mostEntries).map(one => one.slice(0, longest));
  const [added, removed] = [short(fresh.difference(old)), short(old.difference(fresh))];
  return { ...(added.length === 0 ? {} : { added }), ...(removed.length === 0 ? {} : { removed }) };
}

function entriesOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(one => (typeof one === 'string' ? [one] : [nameOf(one)]));
  if (typeof value === 'string')
    return value
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '');
  return typeof value === 'object' ? [nameOf(value)] : [String(value)];
}

function nameOf(value: object): string {
  return 'name' in value && typeof value.name === 'string' ? value.name : JSON.stringify(value);
}
