import { asFailure } from '../../errors.ts';
import { passBorder } from '../border.ts';
import { fieldManager, fieldsOf, isEmpty, isOurs, subtract, union } from './managed-fields.ts';
import { type KubeObject, type ManagedFields, objectSchema } from './object.ts';
import type { Tools } from './tools.ts';
import { getObject, objectPath, patchApply, type Write } from './write.ts';

/** Tools that applied manifests before we did. Everything that they own came from manifests: it is ours now. */
const predecessors = new Set([
  ...['kubectl-client-side-apply', 'kubectl', 'kubectl-create', 'kubectl-replace', 'before-first-apply'],
  ...['argocd-controller', 'argocd-application-controller', 'helm', 'Helm', 'terraform-provider-helm'],
  ...['kustomize-controller', 'helm-controller', 'pulumi-kubernetes', 'Terraform', 'werf', 'kapp', 'kapp-server'],
]);

/** Holds every field, defaults too, of objects from before fields were tracked: to be dropped, not to be taken over. */
const untracked = 'before-first-apply';

const maxAttempts = 8;

function isPredecessor(entry: ManagedFields): boolean {
  return predecessors.has(entry.manager) && entry.subresource === '';
}

/** Whether somebody who applied manifests still owns a part of it. */
export function isAdoptable(object: KubeObject): boolean {
  return object.metadata.managedFields.some(isPredecessor);
}

/**
 * Takes the place of whoever applied the object before: their fields become ours, and those that Git does not declare go
 * away. Without it they would co-own our fields for ever, and nothing that Git drops would leave the cluster.
 */
export async function adopt(write: Write, object: KubeObject, tools: Tools): Promise<KubeObject> {
  let seen = object;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    try {
      return await inherit(write, seen, tools);
    } catch (thrown) {
      if (asFailure(thrown).code !== 'K8S_CONFLICT') throw thrown;
      // A controller wrote its status meanwhile.
      await tools.env.timers.sleep(tools.client.backoff(attempt, 1_000), write.signal);
      seen = (await getObject(write, tools)) ?? seen;
    }
  }
  tools.env.log.warn('fields of a former manager could not be taken over', { resource: write.desired.key });
  return seen;
}

async function inherit(write: Write, object: KubeObject, tools: Tools): Promise<KubeObject> {
  const { managedFields } = object.metadata;
  const ours = managedFields.find(entry => isOurs(entry) && entry.operation === 'Apply');
  if (ours === undefined) return object;
  const theirs = fieldsOf(
    managedFields,
    entry => isPredecessor(entry) && entry.manager !== untracked && entry.apiVersion === ours.apiVersion,
  );
  const others = managedFields.filter(entry => !isPredecessor(entry) && entry !== ours);
  if (isEmpty(subtract(theirs, ours.fieldsV1))) return await setManagers(write, object, [...others, ours], tools);
  const heir = { ...ours, fieldsV1: union(ours.fieldsV1, theirs) };
  const taken = await setManagers(write, object, [...others, heir], tools);
  try {
    return await patchApply(write, tools);
  } catch (thrown) {
    // What they left cannot be taken away: it stays, owned by nobody.
    tools.env.log.warn('fields of a former manager stay', { reason: asFailure(thrown).code });
    return await setManagers(write, taken, [...others, ours], tools);
  }
}

async function setManagers(
  write: Write,
  { metadata }: KubeObject,
  entries: ManagedFields[],
  tools: Tools,
): Promise<KubeObject> {
  const patch = [
    { op: 'replace', path: '/metadata/managedFields', value: entries.map(written) },
    // Refused when somebody else was faster.
    { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
  passBorder(write.context.permit, 'write', write.desired.id, !write.kind.namespaced);
  const answer = await tools.client.json(
    {
      ...{
        method: 'PATCH',
        path: objectPath(write),
        query: { fieldManager },
        contentType: 'application/json-patch+json',
      },
      account: write.context.permit.account,
      ...{ body: JSON.stringify(patch), request: `adopt ${write.desired.id.kind} ${write.desired.id.name}` },
    },
    write.signal,
  );
  return objectSchema.parse(answer);
}

function written({ subresource, ...entry }: ManagedFields) {
  return { ...entry, fieldsType: 'FieldsV1', ...(subresource === '' ? {} : { subresource }) };
}
