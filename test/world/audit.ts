import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { Access } from './access.ts';
import { KubeClient } from './kube-client.ts';
import { waitFor } from './wait.ts';

/** One request that the API server answered (or, for a watch, began to). */
export interface AuditedRequest {
  user: string;
  userAgent: string;
  /** As the API server names it: get, list, watch, create, update, patch, delete, deletecollection. */
  verb: string;
  uri: string;
  apiGroup: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  status: number;
  dryRun: boolean;
}

/** A place in the audit log, and when it was asked for (ms): what was received before may be logged behind it. */
export interface Mark {
  size: number;
  at: number;
}

/** Now: hand it to `requests` later to see what happened in between. */
export async function mark(access: Access): Promise<Mark> {
  await settle(access);
  return { size: (await stat(access.auditLog)).size, at: Date.now() };
}

/** Requests since the mark, in order, of one user or user agent (a prefix) or of all. */
export async function requests(
  access: Access,
  { since, user, userAgent = '' }: { since?: Mark; user?: string; userAgent?: string } = {},
): Promise<AuditedRequest[]> {
  await settle(access);
  return (
    (await readFrom(access.auditLog, since?.size ?? 0))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
      .filter(event => Date.parse(event.requestReceivedTimestamp) >= (since?.at ?? 0))
      // A watch is logged when it begins and when it ends.
      .filter(event => event.stage === (event.verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete'))
      .map(toRequest)
      .filter(request => !request.userAgent.startsWith(barrier))
      .filter(request => user === undefined || request.user === user)
      .filter(request => request.userAgent.startsWith(userAgent))
  );
}

const barrier = 'audit-barrier';

/** Waits until the log holds what was answered before: a request of our own that appears in it says so. */
async function settle(access: Access): Promise<void> {
  const userAgent = `${barrier}/${randomUUID()}`;
  const before = (await stat(access.auditLog)).size;
  await using client = new KubeClient(access, access.adminToken, userAgent);
  await client.request('GET', '/version');
  await waitFor('the audit log', async () => (await readFrom(access.auditLog, before)).includes(`${userAgent}"`), {
    everyMs: 5,
  });
}

async function readFrom(path: string, offset: number): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.max(0, size - offset));
  await file.read(buffer, 0, buffer.length, offset);
  // What follows the last line break is a line that is being written.
  return buffer.toString('utf8', 0, buffer.lastIndexOf('\n') + 1);
}

// biome-ignore lint/suspicious/noExplicitAny: the API server writes the log; the fields that we read are always there or optional.
function toRequest(event: any): AuditedRequest {
  const { resource = '', subresource = '', namespace = '', name = '', apiGroup = '' } = event.objectRef ?? {};
  return {
    user: event.user.username,
    userAgent: event.userAgent ?? '',
    verb: event.verb,
    uri: event.requestURI,
    apiGroup,
    resource,
    subresource,
    namespace,
    name,
    status: event.responseStatus?.code ?? 0,
    dryRun: new URL(event.requestURI, 'https://unused').searchParams.has('dryRun'),
  };
}
