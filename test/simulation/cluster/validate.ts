// What the server refuses to store, and what it does not let be changed.

import { type Call, named } from './call.ts';
import { type FieldProblem, invalid } from './errors.ts';
import { child, equal, isObject, type JsonObject, type KubeObject } from './json.ts';
import { resourceOf } from './kinds.ts';

const subdomain = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  length: 253,
  says: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
const label = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  length: 63,
  says: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const nameRules: Record<string, typeof subdomain> = { '/namespaces': label, '/services': label };

const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValueSays =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

export function required(field: string, text = ''): FieldProblem {
  return { field, type: 'Required', message: text === '' ? 'Required value' : `Required value: ${text}` };
}

export function invalidValue(field: string, value: unknown, text: string): FieldProblem {
  const shown = value === undefined ? 'null' : JSON.stringify(value);
  return { field, type: 'Invalid', message: `Invalid value: ${shown}: ${text}` };
}

function duplicate(field: string, value: unknown): FieldProblem {
  return { field, type: 'Duplicate', message: `Duplicate value: ${JSON.stringify(value)}` };
}

/** Throws 422 with all problems. */
export function validate(call: Call, object: KubeObject, before: KubeObject | undefined): void {
  const problems = before === undefined ? nameProblems(call, object) : [];
  problems.push(...labelProblems(object));
  if (call.subresource === '') {
    const resource = resourceOf(call.kind);
    if (before !== undefined) problems.push(...changeProblems(object, before));
    problems.push(...(rules[resource]?.(object, before) ?? []));
  }
  if (problems.length > 0) throw invalid(named(call), problems);
}

function nameProblems({ kind, name }: Call, { metadata }: KubeObject): FieldProblem[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  const rule = nameRules[resourceOf(kind)] ?? subdomain;
  const shown = metadata.name ?? name;
  if (shown.length > rule.length) {
    const most = `must be no more than ${rule.length} ${rule === label ? 'bytes' : 'characters'}`;
    return [invalidValue('metadata.name', shown, most)];
  }
  if (rule === label && shown.includes('.')) return [invalidValue('metadata.name', shown, 'must not contain dots')];
  return rule.pattern.test(shown) ? [] : [invalidValue('metadata.name', shown, rule.says)];
}

function labelProblems({ metadata }: KubeObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const field of ['labels', 'annotations'] as const)
    for (const key of Object.keys(metadata[field] ?? {}))
      if (!qualifiedName.test(key)) problems.push(invalidValue(`metadata.${field}`, key, 'it is no qualified name'));
  for (const value of Object.values(metadata.labels ?? {})) {
    if (value.length > 63) problems.push(invalidValue('metadata.labels', value, 'must be no more than 63 bytes'));
    else if (!labelValue.test(value)) problems.push(invalidValue('metadata.labels', value, labelValueSays));
  }
  return problems;
}

function changeProblems({ metadata }: KubeObject, before: KubeObject): FieldProblem[] {
  if (before.metadata.deletionTimestamp === undefined) return [];
  const known = before.metadata.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter(finalizer => !known.includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map(finalizer => JSON.stringify(finalizer)).join(', ')}}`;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  const problem: FieldProblem = { field: 'metadata.finalizers', type: 'Forbidden', message };
  // The server says it twice.
  return [problem, problem];
}

type Rule = (object: KubeObject, before: KubeObject | undefined) => FieldProblem[];

const immutable = 'field is immutable';

const rules: Record<string, Rule> = {
  '/configmaps': (object, before) => [...frozen(object, before, ['data', 'binaryData']), ...dataKeys(object)],
  '/secrets': (object, before) => {
    const problems = frozen(object, before, ['data']);
    const needed = before === undefined && object.type === 'kubernetes.io/tls' ? ['tls.crt', 'tls.key'] : [];
    for (const key of needed) if (child(object, 'data')[key] === undefined) problems.push(required(`data[${key}]`));
    if (before !== undefined && before.type !== object.type)
      problems.push(invalidValue('type', object.type, immutable));
    return [...problems, ...dataKeys(object)];
  },
  '/services': (object, before) => {
    const spec = child(object, 'spec');
    const problems: FieldProblem[] = [];
    if (before !== undefined && spec.type !== 'ExternalName')
      problems.push(...addressChange(spec, child(before, 'spec')));
    const ports = Array.isArray(spec.ports) ? spec.ports : [];
    if (ports.length === 0 && spec.type !== 'ExternalName' && spec.clusterIP !== 'None')
      problems.push(required('spec.ports'));
    const names = ports.map(({ name }) => name);
    for (const [i, name] of names.entries()) {
      if (ports.length > 1 && !name) problems.push(required(`spec.ports[${i}].name`));
      else if (names.indexOf(name) < i) problems.push(duplicate(`spec.ports[${i}].name`, name));
    }
    return problems;
  },
  'apps/deployments': (object, before) => {
    const problems = workload(object);
    const selector = child(object, 'spec').selector;
    const was = before === undefined ? selector : child(before, 'spec').selector;
    if (!equal(selector, was)) problems.push(invalidValue('spec.selector', selector, immutable));
    return problems;
  },
  'apps/replicasets': object => workload(object),
  '/pods': object => containers(child(object, 'spec'), 'spec'),
  'batch/jobs': (object, before) => {
    const spec = child(object, 'spec');
    const template = child(spec, 'template');
    const problems = containers(child(template, 'spec'), 'spec.template.spec');
    const { restartPolicy } = child(template, 'spec');
    if (restartPolicy !== 'Never' && restartPolicy !== 'OnFailure')
      problems.push(required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"'));
    if (before === undefined) return problems;
    const was = child(before, 'spec');
    for (const field of ['completions', 'selector', 'template', 'completionMode'])
      if (!equal(spec[field], was[field])) problems.push(invalidValue(`spec.${field}`, spec[field], immutable));
    return problems;
  },
};

function frozen(object: KubeObject, before: KubeObject | undefined, fields: string[]): FieldProblem[] {
  if (before?.immutable !== true) return [];
  const forbidden = (field: string): FieldProblem => {
    const message = `Forbidden: field is immutable when \`immutable\` is set`;
    return { field, type: 'Forbidden', message };
  };
  const changed = fields.filter(field => !equal(object[field], before[field]));
  return [...(object.immutable === true ? [] : [forbidden('immutable')]), ...changed.map(forbidden)];
}

function dataKeys(object: KubeObject): FieldProblem[] {
  const says =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
  return Object.keys(child(object, 'data'))
    .filter(key => !/^[-._a-zA-Z0-9]+$/.test(key))
    .sort()
    .map(key => invalidValue(`data[${key}]`, key, says));
}

function addressChange(spec: JsonObject, was: JsonObject): FieldProblem[] {
  const former = was.clusterIP;
  if (typeof former !== 'string' || former === '' || spec.clusterIP === former) return [];
  return [invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')];
}

function workload(object: KubeObject): FieldProblem[] {
  const spec = child(object, 'spec');
  const template = child(spec, 'template');
  const problems: FieldProblem[] = [];
  const selector = spec.selector;
  if (!isObject(selector)) problems.push(required('spec.selector'));
  const labels = child(template, 'metadata').labels;
  const wanted = Object.entries(child(selector, 'matchLabels'));
  const matches = isObject(selector) && wanted.every(([name, value]) => child(labels)[name] === value);
  if (!matches)
    problems.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  return [...problems, ...containers(child(template, 'spec'), 'spec.template.spec')];
}

function containers(spec: JsonObject, path: string): FieldProblem[] {
  const list = Array.isArray(spec.containers) ? spec.containers : [];
  if (list.length === 0) return [required(`${path}.containers`)];
  return list.flatMap((container, i) => {
    const lacks = ['name', 'image'].filter(field => !isObject(container) || !container[field]);
    return lacks.map(field => required(`${path}.containers[${i}].${field}`));
  });
}
