import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { preferredEncoding } from './accept-encoding.ts';
import type { ApiServer } from './app.ts';

/** What is shorter fits into a packet or two anyway. */
const leastBytes = 1_024;

/**
 * Answers that hold a secret, beside text that somebody else may have chosen: their length must not tell how much the two are alike
 * (BREACH, https://www.breachattack.com). All that is about signing in, links, tokens and accounts.
 */
const secretive = /^\/(auth|api\/v1\/(session|setup|tokens?|accounts?))(\/|$)/;

/** In threads of its own: the loop goes on meanwhile. Little effort gives most of the gain: lists are a tenth of their size. */
const compress = {
  br: (text: string) =>
    promisify(brotliCompress)(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 3,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
      },
    }),
  gzip: (text: string) => promisify(gzip)(text, { level: 3 }),
};

export function mayCompress(route: string): boolean {
  return !secretive.test(route);
}

/** JSON for those who can read it smaller. Streams go out as they come: a part that waits to be compressed is late. */
export function addCompression(server: ApiServer): void {
  server.addHook('onSend', async ({ headers, routeOptions }, reply, payload: unknown) => {
    if (typeof payload !== 'string' || payload.length < leastBytes) return payload;
    if (!isJson(reply.getHeader('content-type')) || !mayCompress(routeOptions.url ?? '')) return payload;
    reply.header('vary', 'accept-encoding');
    const encoding = preferredEncoding(headers['accept-encoding']);
    if (encoding === undefined) return payload;
    const body = await compress[encoding](payload);
    reply.header('content-encoding', encoding).removeHeader('content-length');
    return body;
  });
}

function isJson(type: unknown): boolean {
  return typeof type === 'string' && /^application\/json\b/.test(type);
}
