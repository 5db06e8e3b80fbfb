import { z } from 'zod';
import { asFailure } from '../../errors.ts';
import type { CheckResult } from '../target.ts';
import { groupKind, type ServedKind } from './discovery.ts';
import { versionSchema } from './discovery-schema.ts';
import { isWatchable } from './kinds.ts';
import type { Tools } from './tools.ts';

const selfSchema = z.looseObject({
  status: z.looseObject({ userInfo: z.looseObject({ username: z.string().optional() }) }),
});
const accessSchema = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });

/** What delivery needs of a kind. */
const verbs = ['list', 'watch', 'get', 'create', 'patch', 'delete'];

/** Kinds that nearly every application has, or that Holdfast itself looks at. */
const usualKinds = [
  ...['/ConfigMap', '/Secret', '/Service', '/ServiceAccount', '/Namespace', '/PersistentVolumeClaim'],
  ...['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job', 'batch/CronJob'],
  ...['networking.k8s.io/Ingress', 'rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/RoleBinding'],
  ...['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/ClusterRoleBinding'],
  ...['apiextensions.k8s.io/CustomResourceDefinition', 'apiregistration.k8s.io/APIService'],
];

/** For `doctor`: whether the cluster answers, as whom, what it lets us do, and what of it is away. */
export async function check(tools: Tools, signal: AbortSignal): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  try {
    const { text, headers } = await tools.client.call({ path: '/version', request: 'read the version' }, signal);
    const version = versionSchema.parse(JSON.parse(text)).gitVersion;
    results.push(age(version), fine('cluster', `${tools.client.connection.description} runs Kubernetes ${version}`));
    results.push(clock(headers.date, tools.env.clock.now()));
  } catch (thrown) {
    return [...results, wrong('cluster', thrown)];
  }
  try {
    results.push(fine('account', `Holdfast is ${await whoAmI(tools, signal)} there`));
    await tools.discovery.refresh(signal);
    results.push(...(await permissions(tools, signal)));
  } catch (thrown) {
    results.push(wrong('permissions', thrown));
  }
  const away = tools.discovery.unknownGroups();
  if (away.length > 0) {
    results.push({
      ...{ name: 'API groups', ok: false, message: `the servers behind ${away.join(', ')} do not answer` },
      advice: 'Resources of these groups cannot be delivered until they do; look at their APIServices.',
    });
  }
  return results;
}

async function whoAmI(tools: Tools, signal: AbortSignal): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const request = { method: 'POST', path, body: JSON.stringify(body), request: 'ask who we are' } as const;
  return selfSchema.parse(await tools.client.json(request, signal)).status.userInfo.username ?? 'anonymous';
}

async function permissions(tools: Tools, signal: AbortSignal): Promise<CheckResult[]> {
  if (await mayDo(tools, { group: '*', resource: '*', verb: '*' }, signal))
    return [fine('permissions', 'it may do everything')];
  const kinds = tools.discovery.all().filter(kind => isWatchable(kind) && usualKinds.includes(groupKind(kind)));
  const lacks = await Promise.all(kinds.map(kind => lackingVerbs(kind, tools, signal)));
  const lacking = kinds.flatMap((kind, i) => (lacks[i]?.length ? [{ kind, verbs: lacks[i] }] : []));
  if (lacking.length === 0) return [fine('permissions', 'it may deliver all usual kinds')];
  return lacking.map(({ kind, verbs: missing }) => ({
    ...{ name: `permissions: ${kind.plural}`, ok: false, message: `it may not ${missing.join(', ')} them` },
    advice: 'Grant these rights by a ClusterRole, or do not declare resources of this kind.',
  }));
}

async function lackingVerbs({ group, plural }: ServedKind, tools: Tools, signal: AbortSignal): Promise<string[]> {
  const allowed = await Promise.all(verbs.map(verb => mayDo(tools, { group, resource: plural, verb }, signal)));
  return verbs.filter((_, i) => !allowed[i]);
}

async function mayDo(tools: Tools, resourceAttributes: Record<string, string>, signal: AbortSignal): Promise<boolean> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const request = { method: 'POST', path, body: JSON.stringify(body), request: 'ask what we may do' } as const;
  return accessSchema.parse(await tools.client.json(request, signal)).status.allowed;
}

/** Since 1.27 the server says whether it has streaming lists; before, it would leave us waiting for their end. */
function age(version: string): CheckResult {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = Number(major) === 1 && Number(minor) < 27;
  if (!isOld) return fine('version', 'it is new enough');
  return {
    ...{ name: 'version', ok: false, message: `Kubernetes ${version} is too old; Holdfast needs 1.27 or newer` },
    advice: 'Upgrade the cluster.',
  };
}

function clock(date: string | undefined, now: number): CheckResult {
  const differs = date === undefined ? 0 : Math.abs(Date.parse(date) - now) / 1000;
  if (!(differs > 60)) return fine('clock', 'it agrees with that of the cluster');
  return {
    ...{ name: 'clock', ok: false, message: `it differs from that of the cluster by ${Math.round(differs)} s` },
    advice: 'Set the clock of this machine; tokens and certificates depend on it.',
  };
}

function fine(name: string, message: string): CheckResult {
  return { name, ok: true, message, advice: '' };
}

function wrong(name: string, thrown: unknown): CheckResult {
  const { message, advice } = asFailure(thrown);
  return { name, ok: false, message, advice };
}
