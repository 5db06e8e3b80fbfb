import type { Health } from '../../model/resource.ts';

/** An object of any kind and any shape: what is missing or of another type than expected reads as absent. */
export type KubeFields = Readonly<Record<string, unknown>>;

export type HealthRule = (object: KubeFields) => Health;

export interface Kind {
  group: string;
  kind: string;
}

export function valueAt(object: unknown, ...path: string[]): unknown {
  let value = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as KubeFields)[step];
  }
  return value;
}

export function textAt(object: unknown, ...path: string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

export function numberAt(object: unknown, path: string[], missing = 0): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' && Number.isFinite(value) ? value : missing;
}

export function isSet(object: unknown, ...path: string[]): boolean {
  return valueAt(object, ...path) === true;
}

export function listAt(object: unknown, ...path: string[]): readonly unknown[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value : [];
}

export interface KubeCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

export function conditions(object: KubeFields): KubeCondition[] {
  return listAt(object, 'status', 'conditions').map(condition => ({
    type: textAt(condition, 'type'),
    status: textAt(condition, 'status'),
    reason: textAt(condition, 'reason'),
    message: textAt(condition, 'message'),
  }));
}

export function condition(object: KubeFields, type: string): KubeCondition | undefined {
  return conditions(object).find(found => found.type === type);
}

/** What the condition says for people, else its reason, else a sentence of ours. */
export function explain({ reason, message }: { reason: string; message: string }, otherwise: string): string {
  const said = message === '' ? reason : message;
  return said === '' ? otherwise : said.slice(0, 500);
}

/** Whether the controller has not looked at the latest change yet: then its status says nothing about it. */
export function isOutdated(object: KubeFields): boolean {
  const observed = valueAt(object, 'status', 'observedGeneration');
  return typeof observed === 'number' && observed < numberAt(object, ['metadata', 'generation']);
}

export const outdated: Health = {
  status: 'Progressing',
  message: 'its controller has not seen the latest change yet',
};

export const healthy: Health = { status: 'Healthy', message: '' };

export function progressing(message: string): Health {
  return { status: 'Progressing', message };
}

export function degraded(message: string): Health {
  return { status: 'Degraded', message };
}

export function suspended(message: string): Health {
  return { status: 'Suspended', message };
}
