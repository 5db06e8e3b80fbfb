import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { requestOrigin } from '../access/audit/origin.ts';
import type { Doer } from '../access/login/witness.ts';
import type { Decision } from '../access/policy/policy.ts';
import { type ErrorCode, failure, HoldfastError } from '../errors.ts';
import type { ApiServer } from './app.ts';
import type { Authority } from './authority.ts';
import { createGuard, nobody, type Session } from './guard.ts';
import { securityHeaders, strictTransport } from './headers.ts';
import { type Listening, type Place, placeOf } from './place.ts';
import { pagesPath, rightOf } from './rights.ts';
import { isForPrograms } from './routes/web.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session;
    place: Place;
  }
}

interface AdmissionParts {
  /** The operator's own. */
  token: string;
  access: Access;
  authority: Authority;
  listening: Listening;
}

/** What happens to every request before its route sees it: where it goes to, who asks, and whether they may. */
export function addAdmission(server: ApiServer, { token, access, authority, listening }: AdmissionParts): void {
  const guard = createGuard(token, access);
  server.decorateRequest('session');
  server.decorateRequest('place');

  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    request.session = nobody;
    const { method, headers, routeOptions } = request;
    // Of a proxy that is trusted, what it was called by itself.
    const place = placeOf(request.host, listening);
    if (place === undefined) throw failure('API_HOST_REFUSED', {});
    request.place = place;
    if (place.isSecure) reply.headers(strictTransport);
    request.session = await guard({ method, route: routeOptions.url, headers, isOpen: isOpen(request) }, place);
  });

  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) rightOf(one, url);
  });

  // The last before the route itself: from here on, all that happens for the request knows where it came from.
  server.addHook('preHandler', (request, _, done) => requestOrigin.run({ from: request.ip }, done));
  server.addHook('preHandler', async request => {
    const { method, routeOptions, session, params, query, body } = request;
    if (request.is404) return;
    const asked = { params: mapping(params), query: mapping(query), body: mapping(body) };
    let isDenied = false;
    const told = (decision: Decision) => {
      isDenied = !decision.allowed;
      noteDecision(decision);
    };
    try {
      authority.authorize(session.subject, rightOf(method, routeOptions.url ?? ''), asked, told);
    } catch (error) {
      // Of what may not be seen the answer says that it is not there; the records say what was.
      if (method !== 'GET' && isDenied) {
        const { name } = asked.params;
        const about = typeof name === 'string' && request.url.includes('/applications/') ? { application: name } : {};
        const what = isFailure(error, 'ACCESS_DENIED')
          ? error.message
          : `${session.subject.name} may not see what they asked about: ${method} ${routeOptions.url ?? ''}`;
        access.witness.tell(doerOf(request), { action: 'access.denied', what, result: 'refused', ...about });
      }
      throw error;
    }
  });
}

function isFailure(error: unknown, code: ErrorCode): error is HoldfastError {
  return error instanceof HoldfastError && error.code === code;
}

/** What is recorded of the request says by which lines of the policy it may, or may not, be done. */
function noteDecision({ place, through }: Decision): void {
  const origin = requestOrigin.getStore();
  if (origin === undefined) return;
  const words = place === undefined ? 'no line allows it' : `${place.source}, line ${place.line}: ${place.text}`;
  const way = through.length < 2 ? '' : ` (${through.join(' → ')})`;
  origin.decidedBy = origin.decidedBy === undefined ? words + way : `${origin.decidedBy}; ${words}${way}`;
}

/** For the records: who asks, and from where. */
export function doerOf({ session, ip }: Pick<FastifyRequest, 'session' | 'ip'>): Doer {
  return { subject: session.subject, from: ip };
}

function isOpen({ is404, method, url, routeOptions }: FastifyRequest): boolean {
  // What no route knows is a page, unless it is asked as the API is: then one has to be known to hear that there is no such thing.
  if (routeOptions.url === pagesPath && isForPrograms(url)) return false;
  return !is404 && rightOf(method, routeOptions.url ?? '') === 'anyone';
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
