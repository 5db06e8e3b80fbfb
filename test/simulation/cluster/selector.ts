import { badRequest } from './errors.ts';
import type { KubeObject } from './json.ts';

export type Matches = (object: KubeObject) => boolean;

const everything: Matches = () => true;

const requirement =
  /^\s*(?:(?<not>!)\s*(?<absent>[\w./-]+)|(?<set>[\w./-]+)\s+(?<how>in|notin)\s+\((?<values>[^)]*)\)|(?<key>[\w./-]+)\s*(?:(?<op>==|=|!=)\s*(?<value>[\w.-]*))?)\s*$/;

/** `a=b,c!=d,e,!f,g in (h,i)` */
export function labelSelector(text: string | undefined): Matches {
  if (text === undefined || text === '') return everything;
  const tests = split(text).map(part => {
    const groups = requirement.exec(part)?.groups;
    if (groups === undefined) throw badRequest(`unable to parse requirement: found '${part}'`);
    const { not, absent, set, how, values = '', key = '', op, value = '' } = groups;
    if (not !== undefined) return (labels: Record<string, string>) => labels[absent!] === undefined;
    if (set !== undefined) {
      const allowed = values.split(',').map(each => each.trim());
      return (labels: Record<string, string>) => allowed.includes(labels[set] ?? '\0') === (how === 'in');
    }
    if (op === undefined) return (labels: Record<string, string>) => labels[key] !== undefined;
    return (labels: Record<string, string>) => (labels[key] === value) === (op !== '!=');
  });
  return ({ metadata }) => tests.every(test => test(metadata.labels ?? {}));
}

/** Of fields, the two that every kind has. */
export function fieldSelector(text: string | undefined): Matches {
  if (text === undefined || text === '') return everything;
  const tests = text.split(',').map(part => {
    const [, field, op, value] = /^(metadata\.name|metadata\.namespace)(!=|==?)(.*)$/.exec(part) ?? [];
    if (field === undefined)
      throw badRequest(
        `Unable to find "${part}" that match label selector "", field selector "${text}": field label not supported: ${part.split('=')[0]}`,
      );
    return ({ metadata }: KubeObject) =>
      ((field === 'metadata.name' ? metadata.name : (metadata.namespace ?? '')) === value) === (op !== '!=');
  });
  return object => tests.every(test => test(object));
}

/** At commas that are not in parentheses. */
function split(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}
