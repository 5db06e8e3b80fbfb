import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { requestOrigin } from '../access/audit/origin.ts';
import type { Doer } from '../access/login/witness.ts';
import { failure, HoldfastError } from '../errors.ts';
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
    try {
      authority.authorize(session.subject, rightOf(method, routeOptions.url ?? ''), asked);
    } catch (error) {
      if (method !== 'GET' && error instanceof HoldfastError && error.code === 'ACCESS_DENIED') {
        const { name } = asked.params;
        const about = typeof name === 'string' && request.url.includes('/applications/') ? { application: name } : {};
        access.witness.tell(doerOf(request), {
          ...{ action: 'access.denied', what: error.message, result: 'refused' },
          ...about,
        });
      }
      throw error;
    }
  });
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
