import type { IgnoreDifference } from '../model/application.ts';
import type { ResourceId } from '../model/resource.ts';

/** The rules that speak of this resource. `*` stands for any group or kind; an empty name or namespace for all. */
export function ignoredFor(rules: readonly IgnoreDifference[], id: ResourceId): IgnoreDifference[] {
  return rules.filter(
    rule =>
      (rule.group === '*' || rule.group === id.group) &&
      (rule.kind === '*' || rule.kind === id.kind) &&
      (rule.name === '' || rule.name === id.name) &&
      (rule.namespace === '' || rule.namespace === id.namespace),
  );
}
