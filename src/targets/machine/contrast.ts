import type { Desired, FieldChange } from '../../model/resource.ts';
import { showDeclared } from './read.ts';
import { canonicalJson } from './spec.ts';

/** Field by field of what is shown; what is hidden says only that it differs. */
export async function contrast(before: Desired, after: Desired): Promise<FieldChange[]> {
  if (before.body.hash === after.body.hash) return [];
  const [old, fresh] = await Promise.all([specOf(before), specOf(after)]);
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
  const changes = names.flatMap((name): FieldChange[] => {
    const [live, declared] = [old[name], fresh[name]].map(value =>
      value === undefined ? value : canonicalJson(value),
    );
    if (live === declared) return [];
    return [
      { path: `/${name}`, ...(live === undefined ? {} : { live }), ...(declared === undefined ? {} : { declared }) },
    ];
  });
  return changes.length === 0 ? [{ path: '', masked: true }] : changes;
}

async function specOf(desired: Desired): Promise<Record<string, unknown>> {
  const { spec } = JSON.parse(await showDeclared(desired)) as { spec: Record<string, unknown> };
  return spec;
}
