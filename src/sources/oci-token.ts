export interface Challenge {
  scheme: string;
  parameters: Record<string, string>;
}

/** `Bearer realm="…",service="…"` → its parts. */
export function challengeOf(header: string): Challenge {
  const scheme = /^\s*([a-z]+)/i.exec(header)?.[1]?.toLowerCase() ?? '';
  const parameters: Record<string, string> = {};
  for (const [, key = '', value = ''] of header.matchAll(/([a-z_]+)="([^"]*)"/gi))
    parameters[key.toLowerCase()] = value;
  return { scheme, parameters };
}

/** Where to get a token, with the question for it; undefined when the challenge names no place that credentials may go to. */
export function tokenRequest(challenge: Challenge, origin: string, scope: string): string | undefined {
  const { realm = '', service } = challenge.parameters;
  if (challenge.scheme !== 'bearer' || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  // A registry with TLS may not have the password sent without it.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && origin.startsWith('http:'))) return undefined;
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  return url.href;
}
