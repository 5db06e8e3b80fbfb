// What stands in the way of a request although it is well formed: rights, webhooks, quotas.
import type { Call } from './call.ts';
import { named } from './call.ts';
import { ApiError, forbidden } from './errors.ts';
import type { KubeObject } from './json.ts';
import { resourceOf } from './kinds.ts';
import type { Store } from './store.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** Whether the user may; asked for each request. */
export type Permits = (call: Call, verb: Verb) => boolean;

/** A validating webhook: why it denies what is to be stored, or undefined. `after` is undefined for a deletion. */
export type Denies = (call: Call, after: KubeObject | undefined, before: KubeObject | undefined) => string | undefined;

/** A mutating webhook: what is to be stored instead. */
export type Mutates = (call: Call, object: KubeObject) => KubeObject;

export interface Quota {
  namespace: string;
  /** `/configmaps`, `apps/deployments` */
  resource: string;
  limit: number;
}

export class Policy {
  permits: Permits = () => true;
  readonly denials = new Set<Denies>();
  readonly mutations = new Set<Mutates>();
  readonly quotas = new Map<string, Quota>();
  /** Groups whose own server does not answer. */
  readonly brokenGroups = new Set<string>();

  authorize(call: Call, verb: Verb): void {
    if (call.groups.includes('system:masters') || this.permits(call, verb)) return;
    const { kind, subresource } = call;
    // A namespace is in itself.
    const namespace = kind.kind === 'Namespace' ? call.name : call.namespace;
    const resource = subresource === '' ? kind.plural : `${kind.plural}/${subresource}`;
    const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
    const group = JSON.stringify(kind.group);
    throw forbidden(
      named(call),
      `User ${JSON.stringify(call.user)} cannot ${verb} resource ${JSON.stringify(resource)} in API group ${group} ${where}`,
    );
  }

  mutate(call: Call, object: KubeObject): KubeObject {
    let result = object;
    for (const mutates of this.mutations) result = mutates(call, result);
    return result;
  }

  validate(call: Call, after: KubeObject | undefined, before: KubeObject | undefined): void {
    for (const denies of this.denials) {
      const why = denies(call, after, before);
      if (why === undefined) continue;
      throw new ApiError(403, 'Forbidden', `admission webhook "policy.example.com" denied the request: ${why}`);
    }
  }

  /** Only what is new is counted. */
  admitNew(call: Call, store: Store): void {
    const resource = resourceOf(call.kind);
    const quota = this.quotas.get(`${call.namespace}:${resource}`);
    if (quota === undefined) return;
    let used = 0;
    for (const object of store.all(resource).values()) if (object.metadata.namespace === call.namespace) used++;
    if (used < quota.limit) return;
    const { group, plural } = call.kind;
    const counted = `count/${plural}${group === '' ? '' : `.${group}`}`;
    const numbers = `requested: ${counted}=1, used: ${counted}=${used}, limited: ${counted}=${quota.limit}`;
    throw forbidden(named(call), `exceeded quota: quota, ${numbers}`);
  }
}
