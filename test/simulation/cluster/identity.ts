import { type Call, named } from './call.ts';
import { badRequest, conflict, invalid, modified } from './errors.ts';
import type { KubeObject, Metadata } from './json.ts';
import { invalidValue } from './validate.ts';

export const otherNamespace = 'the namespace of the provided object does not match the namespace sent on the request';

/** What is written must be the object that it says it is, and in the version that it says. */
export function checkIdentity(call: Call, metadata: Partial<Metadata>, before: KubeObject | undefined): void {
  const { name, uid, resourceVersion } = metadata;
  if (!name)
    throw badRequest(`the name of the object (${call.name} based on URL) was undeterminable: name must be provided`);
  if (name !== call.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`);
  const { namespace = call.namespace } = metadata;
  if (namespace !== call.namespace) throw badRequest(otherNamespace);
  if (before === undefined) {
    if (uid === undefined) return;
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(named(call), why);
  }
  if (uid !== undefined && uid !== before.metadata.uid) throw otherObject(call, uid, before.metadata.uid);
  const isOther =
    resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== before.metadata.resourceVersion;
  if (isOther) throw conflict(named(call), modified);
}

/** A PUT states it as a precondition, a patch changes it. */
function otherObject(call: Call, uid: string, found: string) {
  if (call.method === 'PATCH') {
    const problem = invalidValue('metadata.uid', uid, 'field is immutable');
    return invalid(named(call), [problem, problem]);
  }
  const { kind, namespace, name } = call;
  const key = ['/registry', kind.plural, ...(namespace === '' ? [] : [namespace]), name].join('/');
  return conflict(
    named(call),
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`,
  );
}
