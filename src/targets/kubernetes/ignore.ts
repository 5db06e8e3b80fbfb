import type { IgnoreDifference } from '../../model/application.ts';
import type { ResourceId } from '../../model/resource.ts';
import type { Tools } from './tools.ts';
import type { Write } from './write.ts';

export type JsonPath = readonly (string | number)[];

/** Paths in the document that jq path expressions name. Bounded in time by whoever implements it; throws our errors. */
export type JqPaths = (document: unknown, expressions: readonly string[]) => Promise<JsonPath[]>;

/** The rules that speak of this resource. */
export function rulesFor(id: ResourceId, rules: readonly IgnoreDifference[]): IgnoreDifference[] {
  const matches = (rule: string, value: string) => rule === '*' || rule === value;
  return rules.filter(
    rule =>
      matches(rule.group, id.group) &&
      matches(rule.kind, id.kind) &&
      (rule.name === '' || rule.name === id.name) &&
      (rule.namespace === '' || rule.namespace === id.namespace),
  );
}

/** Left for `respectIgnoreDifferences`: see below. */
export async function keepIgnored(_write: Write, _tools: Tools): Promise<void> {}
