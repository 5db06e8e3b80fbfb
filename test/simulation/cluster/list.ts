import type { Call } from './call.ts';
import { badRequest, expired, invalid, tooLargeVersion } from './errors.ts';
import type { KubeObject } from './json.ts';
import { resourceOf } from './kinds.ts';
import { listText, viewOf } from './present.ts';
import { fieldSelector, labelSelector, type Matches } from './selector.ts';
import type { Server } from './server.ts';

/** The text of the answer to a list. */
export function list(call: Call, { store }: Server): string {
  const { kind, query } = call;
  const page = query.continue === undefined || query.continue === '' ? undefined : readContinue(query.continue);
  if (page !== undefined && page.revision < store.compacted)
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
  const revision = page?.revision ?? revisionFor(call, store.revision, store.compacted);
  const matches = selectorOf(call);
  const keys = [...store.at(resourceOf(kind), revision)]
    .filter(([, object]) => matches(object))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = page === undefined ? keys : keys.filter(([key]) => key > page.after);
  const limit = Number(query.limit ?? 0);
  const shown = limit > 0 ? rest.slice(0, limit) : rest;
  const left = rest.length - shown.length;
  const isCounted = !query.labelSelector && !query.fieldSelector;
  const metadata = {
    ...(kind.custom ? { continue: '' } : {}),
    resourceVersion: String(revision),
    ...(left === 0 ? {} : { continue: writeContinue(revision, shown.at(-1)![0]) }),
    ...(left > 0 && isCounted ? { remainingItemCount: left } : {}),
  };
  const view = viewOf(call, 'PartialObjectMetadataList');
  return listText(
    shown.map(([, object]) => object),
    kind,
    view,
    metadata,
  );
}

export function selectorOf({ namespace, name, query }: Call): Matches {
  const byLabel = labelSelector(query.labelSelector);
  const byField = fieldSelector(query.fieldSelector);
  return (object: KubeObject) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (name === '' || object.metadata.name === name) &&
    byLabel(object) &&
    byField(object);
}

/** Any version will do for 0: then a replica answers with what it has. */
function revisionFor({ query, seenRevision }: Call, current: number, compacted: number): number {
  const { resourceVersion = '', resourceVersionMatch = '' } = query;
  if (resourceVersion === '') {
    if (resourceVersionMatch !== '') throw matchForbidden();
    return current;
  }
  const asked = Number(resourceVersion);
  if (!Number.isInteger(asked)) throw badRequest(`Invalid value: ${JSON.stringify(resourceVersion)}`);
  if (asked > current) throw tooLargeVersion(asked, current);
  const isExact =
    resourceVersionMatch === 'Exact' || (query.limit !== undefined && resourceVersionMatch === '' && asked > 0);
  if (isExact) {
    if (asked < compacted) throw expired('The resourceVersion for the provided list is too old.');
    return asked;
  }
  return Math.max(asked, Math.min(seenRevision ?? current, current));
}

function matchForbidden() {
  const message = 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided';
  return invalid({ group: 'meta.k8s.io', plural: '', kind: 'ListOptions', name: '' }, [
    { field: 'resourceVersionMatch', type: 'Forbidden', message },
  ]);
}

function writeContinue(revision: number, after: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString('base64url');
}

function readContinue(token: string): { revision: number; after: string } {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Number.isInteger(rv) && typeof start === 'string') return { revision: rv, after: start };
  } catch {
    // Said below.
  }
  throw badRequest('continue key is not valid: encoded continue token is not valid');
}
