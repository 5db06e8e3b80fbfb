/** A step of a field's path: the name of a field, an item by its keys, or an item by its value. */
export type Step = { field: string } | { keys: [string, string][] } | { value: string };

/** Takes apart `/spec/containers/[name=web]/image`. */
export function stepsOf(path: string): Step[] {
  return path
    .split('/')
    .slice(1)
    .map((text): Step => {
      const inner = /^\[(.*)\]$/s.exec(text)?.[1];
      if (inner === undefined) return { field: unescaped(text) };
      if (!/^[^=,]+=/.test(inner)) return { value: unescaped(inner) };
      const keys = inner.split(/,(?=[^=,]+=)/).map((part): [string, string] => {
        const [name = '', ...value] = part.split('=');
        return [name, unescaped(value.join('='))];
      });
      return { keys };
    });
}

function unescaped(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

type Json = unknown;

/** Whether an item of a list is the one that the step names. */
export function isItem(item: Json, step: Step): boolean {
  if ('value' in step) return typeof item !== 'object' && String(item) === step.value;
  if ('field' in step || !isMapping(item)) return false;
  return step.keys.every(([name, value]) => String(item[name] ?? absentKeys[name]) === value);
}

/** Keys that the API server fills in where they are not written. */
const absentKeys: Record<string, string> = { protocol: 'TCP' };

/** The same value with another one at the path; undefined takes it out. Undefined when a step leads nowhere that could be made. */
export function withValue(whole: Json, [step, ...rest]: readonly Step[], value: Json): Json | undefined {
  if (step === undefined) return value;
  if ('field' in step) {
    if (whole !== undefined && whole !== null && !isMapping(whole)) return undefined;
    const { [step.field]: before, ...others } = (whole ?? {}) as Record<string, Json>;
    if (rest.length === 0 && value === undefined) return others;
    const inner = withValue(before, rest, value);
    return inner === undefined ? undefined : { ...(whole ?? {}), [step.field]: inner };
  }
  if (whole !== undefined && whole !== null && !Array.isArray(whole)) return undefined;
  const list = (whole ?? []) as Json[];
  const at = list.findIndex(item => isItem(item, step));
  if (rest.length === 0 && value === undefined) return list.filter((_, i) => i !== at);
  const inner = rest.length === 0 ? value : withValue(at < 0 ? blank(step) : list[at], rest, value);
  if (inner === undefined) return undefined;
  return at < 0 ? [...list, inner] : list.map((item, i) => (i === at ? inner : item));
}

/** A new item has its keys at least. */
function blank(step: Step): Json {
  return 'keys' in step ? Object.fromEntries(step.keys) : {};
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
