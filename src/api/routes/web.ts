import { failure } from '../../errors.ts';
import type { ApiServer } from '../app.ts';
import { pageSecurity } from '../headers.ts';
import { pagesPath } from '../rights.ts';
import type { WebFiles } from '../web-files.ts';

/** The web UI: its files, and for every other address that a browser goes to the page that makes sense of it. */
export function addWebRoutes(server: ApiServer, web: WebFiles | undefined): void {
  server.get(pagesPath, { schema: { hide: true } }, async ({ url, method, headers }, reply) => {
    const { pathname } = new URL(url, 'http://localhost');
    if (isForPrograms(pathname)) throw failure('API_ROUTE_NOT_FOUND', { method });
    const accepted = String(headers['accept-encoding'] ?? '');
    const asksForPage = /\btext\/html\b|\*\/\*/.test(headers.accept ?? '*/*') && !/\.\w{1,5}$/.test(pathname);
    const found = (await web?.file(pathname, accepted)) ?? (asksForPage ? await web?.page(accepted) : undefined);
    if (found === undefined) {
      throw asksForPage ? failure('WEB_NOT_BUILT', {}) : failure('API_ROUTE_NOT_FOUND', { method });
    }
    reply.headers({ ...pageSecurity, ...found.headers });
    if (headers['if-none-match'] !== undefined && headers['if-none-match'] === found.headers.etag) {
      return reply.code(304).send();
    }
    return reply.send(found.body);
  });
}

/** Here no page answers: whoever asks a program's question wants no HTML. */
export function isForPrograms(path: string): boolean {
  return /^\/(api|auth|metrics|healthz|readyz)(\/|$)/.test(path);
}
