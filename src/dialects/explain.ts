import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a value, told to whoever wrote it. */
export interface Finding {
  path: PropertyKey[];
  reason: string;
  /** The field is none that the schema knows; all else about the value may be right. */
  unknownField: boolean;
}

/** What a schema found, one finding a field. `fields`: all names that the schema knows, for "did you mean". */
export function explain(issues: readonly Issue[], fields: ReadonlySet<string>): Finding[] {
  return issues.flatMap(issue => explainOne(issue, [], fields));
}

function explainOne(issue: Issue, parents: PropertyKey[], fields: ReadonlySet<string>): Finding[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      path: [...path, key],
      reason: `unknown field ${quote(key)}${suggestion(key, fields)}`,
      unknownField: true,
    }));
  }
  if (issue.code === 'invalid_union') {
    const branch = likeliest(issue.errors);
    if (branch) return branch.flatMap(inner => explainOne(inner, path, fields));
  }
  return [{ path, reason: `${fieldName(path)}${wording(issue)}`, unknownField: false }];
}

/** Of a union's branches, the one that the writer seems to have meant: it does not fail as a whole, and has the least against it. */
function likeliest(branches: Issue[][]): Issue[] | undefined {
  const meant = branches.filter(branch =>
    branch.every(issue => issue.code !== 'invalid_type' || issue.path.length > 0),
  );
  return meant.toSorted((a, b) => a.length - b.length)[0];
}

function wording(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    const missing = issue.message.endsWith('received undefined');
    return missing ? 'is missing' : `must be ${article(issue.expected)}${received(issue.message)}`;
  }
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(value => String(value)).join(' or ')}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
  return issue.message;
}

function article(expected: string): string {
  if (expected === 'array') return 'a list';
  return expected === 'object' || expected === 'record' ? 'a mapping' : `a ${expected}`;
}

function received(message: string): string {
  const found = /received (\w+)$/.exec(message)?.[1];
  return found ? `, not ${found === 'null' ? 'empty' : article(found)}` : '';
}

function fieldName(path: readonly PropertyKey[]): string {
  const text = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text === '' ? '' : `${text.replace(/^\./, '').slice(0, 200)} `;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function suggestion(key: string, fields: ReadonlySet<string>): string {
  let best = '';
  let bestDistance = Math.min(3, Math.ceil(key.length / 2));
  for (const field of fields) {
    const distance = editDistance(key.toLowerCase().slice(0, 40), field.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [field, distance];
  }
  return best === '' ? '' : `; did you mean ${quote(best)}?`;
}

/** Insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** All names of fields in a JSON Schema. */
export function fieldsOf(schema: unknown): Set<string> {
  const names = new Set<string>();
  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      if (key === 'properties' && typeof child === 'object' && child !== null) {
        for (const name of Object.keys(child)) names.add(name);
      }
      visit(child);
    }
  }
  visit(schema);
  return names;
}
