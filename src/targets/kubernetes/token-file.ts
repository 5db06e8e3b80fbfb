import type { Env } from '../../env/env.ts';

/** The text of a small file that others renew: read again when it is a minute old, or when asked. */
export function cachedText(env: Env, path: string): (renew: boolean) => Promise<string> {
  let text: string | undefined;
  let readAt = 0;
  return async renew => {
    const now = env.clock.monotonic();
    if (text === undefined || renew || now - readAt > 60_000) {
      text = Buffer.from(await env.files.read(path, 64 * 1024))
        .toString('utf8')
        .trim();
      readAt = now;
    }
    return text;
  };
}
