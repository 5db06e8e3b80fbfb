import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { AuditQuery } from '../access/audit/read.ts';
import { redeemed } from '../api/account-schemas.ts';
import { acceptance, type acceptBody, type proposeBody, proposed } from '../api/drift-schemas.ts';
import * as login from '../api/login-schemas.ts';
import * as past from '../api/past-schemas.ts';
import * as answers from '../api/schemas.ts';
import { resourceView, tree } from '../api/tree-schemas.ts';
import type { ResourceAct } from '../apply/act.ts';
import type { Env, HttpResponse } from '../env/env.ts';
import { failure, HoldfastError } from '../errors.ts';
import type { SyncRequest } from '../reconcile/operator.ts';
import { RemoteFailure } from './exit.ts';
import { serverEvents, textBlocks } from './sse.ts';

/** Largest answer: the list of 10,000 applications is about 8 MB. */
const maxAnswer = 128 * 1024 * 1024;
/** A little longer than the operator's own deadline, so that it is the one to explain. */
const answerMs = 130_000;
const maxAuditPage = 1_000;
/** Streams show a sign of life every 15 s. */
const silenceMs = 45_000;

export interface Server {
  /** `http://host:port`, or with a path before `/api`. */
  url: string;
  /** Undefined: nobody is signed in yet. */
  token?: string;
  /** PEM: the certificate to trust, whatever it is for. Default: those of the system's authorities. */
  certificate?: string;
}

export interface Question {
  subject: string;
  action: string;
  resource: string;
  object: string;
}

export interface TokenRequest {
  project: string;
  role: string;
  name: string;
  /** Milliseconds; the operator's own default when it is not given. */
  expiresIn?: number | 'never';
}

const logMessage = z.union([answers.logLine, z.object({ error: answers.problem })]);
export type LogMessage = z.infer<typeof answers.logLine>;
export type RowChange = { row: answers.ApplicationRow } | { removed: string } | 'ready';
const removed = z.object({ name: z.string() });

export type Client = ReturnType<typeof createClient>;

/** The API as functions. Throws RemoteFailure for what the operator refuses, CLI_* for what does not get that far. */
export function createClient(env: Pick<Env, 'net'>, { url, token, certificate }: Server) {
  const { origin, pathname } = parseUrl(url);
  const tls = certificate === undefined ? {} : { tls: { ca: certificate, serverName: nameOn(certificate) } };
  const http = env.net.http({ origin, maxConnections: 8, ...tls });
  const base = `${pathname.replace(/\/$/, '')}/api/v1`;
  // Without a token it is taken for a page of the operator's own: what it answers then is for anybody.
  const headers: Record<string, string> = token === undefined ? { origin } : { authorization: `Bearer ${token}` };

  async function send(method: string, path: string, body: unknown, signal: AbortSignal, idleMs: number) {
    try {
      const response = await http.request({
        method,
        path: base + path,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
        headTimeoutMs: answerMs,
        idleTimeoutMs: idleMs,
      });
      if (response.status < 300) return response;
      throw await refusal(response, url);
    } catch (error) {
      throw unreachable(error, url);
    }
  }

  async function parsed<T>(schema: z.ZodType<T>, response: HttpResponse): Promise<T> {
    let text: string;
    try {
      text = await response.text(maxAnswer);
    } catch (error) {
      throw unreachable(error, url);
    }
    return parseAnswer(schema, text, url);
  }

  async function get<T>(schema: z.ZodType<T>, path: string, signal: AbortSignal): Promise<T> {
    return await parsed(schema, await send('GET', path, undefined, signal, answerMs));
  }
  async function post<T>(schema: z.ZodType<T>, path: string, body: unknown, signal: AbortSignal): Promise<T> {
    return await parsed(schema, await send('POST', path, body, signal, answerMs));
  }
  async function act(path: string, body: unknown, signal: AbortSignal): Promise<void> {
    await (await send('POST', path, body, signal, answerMs)).discard();
  }
  const of = (name: string) => `/applications/${encodeURIComponent(name)}`;

  return {
    url,
    environment: (signal: AbortSignal) => get(answers.environment, '/environment', signal),
    applications: (signal: AbortSignal) => get(answers.applicationRow.array(), '/applications', signal),
    application: (name: string, signal: AbortSignal) => get(answers.application, of(name), signal),
    diff: (name: string, revision: string | undefined, signal: AbortSignal) =>
      get(answers.difference, `${of(name)}/diff${query({ revision })}`, signal),
    sync: (name: string, request: SyncRequest, signal: AbortSignal) =>
      post(answers.sync, `${of(name)}/sync`, request, signal),
    accept: (name: string, body: z.input<typeof acceptBody>, signal: AbortSignal) =>
      post(acceptance, `${of(name)}/accept`, body, signal),
    propose: (name: string, body: z.input<typeof proposeBody>, signal: AbortSignal) =>
      post(proposed, `${of(name)}/propose`, body, signal),
    cancel: (name: string, signal: AbortSignal) => act(`${of(name)}/cancel`, undefined, signal),
    history: (name: string, signal: AbortSignal) => get(answers.sync.array(), `${of(name)}/history`, signal),
    rollback: (name: string, to: string | undefined, signal: AbortSignal) =>
      post(answers.sync, `${of(name)}/rollback`, to === undefined ? {} : { to }, signal),
    suspend: (name: string, reason: string, signal: AbortSignal) => act(`${of(name)}/suspend`, { reason }, signal),
    resume: (name: string, signal: AbortSignal) => act(`${of(name)}/resume`, undefined, signal),
    remove: (name: string, orphan: boolean, signal: AbortSignal) => act(`${of(name)}/remove`, { orphan }, signal),
    refresh: (application: string | undefined, hard: boolean, signal: AbortSignal) =>
      act('/refresh', application === undefined ? {} : { application, ...(hard ? { hard } : {}) }, signal),
    tree: (name: string, signal: AbortSignal) => get(tree, `${of(name)}/tree`, signal),
    act: (name: string, key: string, what: ResourceAct, signal: AbortSignal) =>
      act(`${of(name)}/resources/${encodeURIComponent(key)}/${what}`, undefined, signal),
    resource: (name: string, key: string, signal: AbortSignal) =>
      get(resourceView, `${of(name)}/resources/${encodeURIComponent(key)}`, signal),
    events: (options: { application?: string; after?: number; limit?: number }, signal: AbortSignal) =>
      get(answers.event.array(), `/events${query(options)}`, signal),
    whoami: (signal: AbortSignal) => get(answers.subject, '/whoami', signal),
    can: (question: Question, signal: AbortSignal) =>
      get(answers.decision, `/rbac/can${query({ ...question })}`, signal),
    tokens: (signal: AbortSignal) => get(answers.token.array(), '/tokens', signal),
    createToken: (request: TokenRequest, signal: AbortSignal) => post(answers.newToken, '/tokens', request, signal),
    revokeToken: (id: string, signal: AbortSignal) =>
      act(`/tokens/${encodeURIComponent(id)}/revoke`, undefined, signal),
    redeem: (proof: { code: string; verifier: string }, signal: AbortSignal) =>
      post(redeemed, '/session/cli/token', proof, signal),
    signOut: (signal: AbortSignal) => act('/session/logout', {}, signal),
    accounts: (signal: AbortSignal) => get(login.accountView.array(), '/accounts', signal),
    invite: (name: string, admin: boolean, signal: AbortSignal) =>
      post(login.invitation, `/accounts/${encodeURIComponent(name)}/invite`, { admin }, signal),
    actOnAccount: (
      name: string,
      action: 'disable' | 'enable' | 'remove' | 'demote' | 'sessions/end',
      signal: AbortSignal,
    ) => act(`/accounts/${encodeURIComponent(name)}/${action}`, undefined, signal),
    audit: async ({ limit, ...asked }: AuditQuery & { limit: number }, signal: AbortSignal) => {
      const records: z.infer<typeof past.record>[] = [];
      for (let page = 0; records.length < limit; page = records.length) {
        const before = records.at(-1)?.seq ?? asked.before;
        const most = Math.min(limit - records.length, maxAuditPage);
        const more = { ...asked, ...(before === undefined ? {} : { before }), limit: most };
        records.push(...(await get(past.record.array(), `/audit${query(more)}`, signal)));
        if (records.length < page + most) break;
      }
      return records;
    },
    past: async (time: number, application: string | undefined, signal: AbortSignal): Promise<past.Moment> => {
      const first = await get(past.moment, `/past${query({ time, application, limit: 1_000 })}`, signal);
      const { next: _, ...then } = first;
      for (let { next } = first; next !== undefined; ) {
        const page = await get(past.moment, `/past${query({ time, after: next, limit: 1_000 })}`, signal);
        then.applications.push(...page.applications);
        next = page.next;
      }
      return then;
    },
    rebuild: (time: number, application: string | undefined, signal: AbortSignal) =>
      get(past.rebuild, `/past/rebuild${query({ time, application })}`, signal),
    delivery: (since: number, signal: AbortSignal) => get(past.delivery, `/past/delivery${query({ since })}`, signal),
    auditLines: async (signal: AbortSignal) =>
      textBlocks((await send('GET', '/audit/export', undefined, signal, silenceMs)).body, '\n'),
    doctor: (signal: AbortSignal) => get(answers.checkResult.array(), '/doctor', signal),

    /** Until the connection ends; then whoever listens asks for the list again and comes back. */
    async *changes(signal: AbortSignal): AsyncGenerator<RowChange> {
      const response = await send('GET', '/events/stream', undefined, signal, silenceMs);
      try {
        for await (const { event, data } of serverEvents(response.body)) {
          if (event === 'ready') yield 'ready';
          else if (event === 'application') yield { row: parseAnswer(answers.applicationRow, data, url) };
          else if (event === 'removed') yield { removed: parseAnswer(removed, data, url).name };
        }
      } catch (error) {
        throw unreachable(error, url);
      }
    },

    async *logs(
      name: string,
      options: { resource?: string; tail?: number; follow?: boolean; previous?: boolean },
      signal: AbortSignal,
    ): AsyncGenerator<LogMessage> {
      const response = await send('GET', `${of(name)}/logs${query(options)}`, undefined, signal, silenceMs);
      try {
        for await (const line of textBlocks(response.body, '\n')) {
          if (line === '') continue;
          const message = parseAnswer(logMessage, line, url);
          if ('error' in message) throw remote(message.error);
          yield message;
        }
      } catch (error) {
        throw unreachable(error, url);
      }
    },

    close: () => http.close(),
  };
}

/** The operator's own file says which certificate it has: it is asked by an address, and shows a name. */
function nameOn(certificate: string): string {
  const { subjectAltName = '' } = new X509Certificate(certificate);
  return /DNS:([^,\s]+)/.exec(subjectAltName)?.[1]?.replace(/^\*\./, 'any.') ?? '';
}

function parseUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw failure('CLI_USAGE', { reason: `${url} is no address of an operator: http://host:port is expected` });
  }
  return parsed;
}

function query(values: Record<string, string | number | boolean | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

function parseAnswer<T>(schema: z.ZodType<T>, text: string, server: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw failure('CLI_ANSWER_INVALID', { server, reason: 'its answer is no JSON' }, error);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw failure('CLI_ANSWER_INVALID', { server, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
}

function remote({ code, message, advice }: answers.Problem): RemoteFailure | HoldfastError {
  // The same words, but with the exit code of an operator that cannot be asked.
  return code === 'API_UNAUTHORIZED' ? failure('API_UNAUTHORIZED', {}) : new RemoteFailure(code, message, advice);
}

async function refusal(response: HttpResponse, server: string): Promise<Error> {
  const text = await response.text(1024 * 1024);
  try {
    return remote(parseAnswer(answers.problem, text, server));
  } catch {
    return failure('CLI_ANSWER_INVALID', { server, reason: `status ${response.status}` });
  }
}

function unreachable(error: unknown, server: string): unknown {
  const lost = error instanceof HoldfastError && (error.code === 'NET_FAILED' || error.code === 'NET_TIMEOUT');
  return lost ? failure('CLI_OPERATOR_UNREACHABLE', { server, reason: error.message }, error) : error;
}
