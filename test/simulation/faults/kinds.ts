import { Buffer } from 'node:buffer';
import type { Draw } from '../histories/draw.ts';
import { secretOf } from '../histories/items.ts';
import type { PointKind, Verdict } from './point.ts';

/** One way in which the world fails. */
export interface FaultKind {
  name: string;
  at: readonly PointKind[];
  /** With chance where it has a size. */
  verdict(draw: Draw, detail: string): NonNullable<Verdict>;
}

const api = ['api.read', 'api.write', 'api.watch'] as const;
const effects = ['api.write', 'git.fetch', 'file.write', 'database.write', 'process.start', 'timer'] as const;

function answers(status: number, more: { retryAfterS?: number } = {}): FaultKind {
  const at = status === 409 ? (['api.write'] as const) : api;
  return { name: `${status}`, at, verdict: () => ({ do: 'status', status, ...more }) };
}

/** The grammar: what can happen where. Each is tried alone at every point of the reference histories, and mixed by seed. */
export const faultKinds: readonly FaultKind[] = [
  { name: 'crash before', at: effects, verdict: () => ({ do: 'crash-before' }) },
  { name: 'crash after', at: effects, verdict: () => ({ do: 'crash-after' }) },
  {
    name: 'power goes right after',
    at: ['file.write', 'database.write'],
    verdict: () => ({ do: 'crash-after', power: true }),
  },
  { name: 'not done', at: ['api.write', 'api.read', 'api.watch'], verdict: () => ({ do: 'fail' }) },
  { name: 'done, answer lost', at: ['api.write'], verdict: () => ({ do: 'fail-after' }) },
  { name: 'slow', at: api, verdict: draw => ({ do: 'delay', ms: draw.whole(500, 20_000) }) },
  { name: 'no answer', at: ['api.read', 'api.write'], verdict: () => ({ do: 'hang' }) },
  { name: 'silent watch', at: ['api.watch'], verdict: () => ({ do: 'hang' }) },
  answers(409),
  answers(429, { retryAfterS: 2 }),
  answers(500),
  answers(503),
  answers(504),
  { name: 'refused, with what was sent', at: ['api.read', 'api.write'], verdict: (_, detail) => refusal(detail) },
  { name: '410', at: ['api.watch'], verdict: () => ({ do: 'status', status: 410 }) },
  { name: 'cut body', at: ['api.read', 'api.write'], verdict: () => ({ do: 'truncate' }) },
  { name: 'stale', at: ['api.watch'], verdict: draw => ({ do: 'stale', by: draw.whole(1, 20) }) },
  { name: 'lost event', at: ['watch.event'], verdict: () => ({ do: 'drop' }) },
  { name: 'doubled event', at: ['watch.event'], verdict: () => ({ do: 'duplicate' }) },
  { name: 'late event', at: ['watch.event'], verdict: draw => ({ do: 'delay', ms: draw.whole(100, 15_000) }) },
  { name: 'watch ends', at: ['watch.event'], verdict: () => ({ do: 'fail' }) },
  { name: 'cut event', at: ['watch.event'], verdict: () => ({ do: 'truncate' }) },
  { name: 'Git does not answer', at: ['git.refs'], verdict: () => ({ do: 'fail' }) },
  { name: 'Git hangs', at: ['git.refs'], verdict: () => ({ do: 'hang' }) },
  { name: 'Git answers 503', at: ['git.refs'], verdict: () => ({ do: 'status', status: 503 }) },
  { name: 'Git answers half', at: ['git.refs'], verdict: () => ({ do: 'truncate' }) },
  { name: 'Git is stale', at: ['git.refs'], verdict: () => ({ do: 'stale', by: 1 }) },
  { name: 'fetch fails', at: ['git.fetch'], verdict: () => ({ do: 'fail' }) },
  { name: 'pack cut off', at: ['git.fetch'], verdict: () => ({ do: 'truncate' }) },
  { name: 'fetch hangs', at: ['git.fetch'], verdict: draw => ({ do: 'hang', ms: draw.whole(1_000, 60_000) }) },
  { name: 'objects cannot be read', at: ['git.read'], verdict: () => ({ do: 'fail' }) },
  { name: 'render fails', at: ['render'], verdict: () => ({ do: 'fail' }) },
  { name: 'render hangs', at: ['render'], verdict: () => ({ do: 'hang' }) },
  { name: 'disk full', at: ['file.write'], verdict: () => ({ do: 'fail' }) },
  { name: 'torn write', at: ['file.write'], verdict: () => ({ do: 'truncate' }) },
  { name: 'unreadable file', at: ['file.read'], verdict: () => ({ do: 'fail' }) },
  { name: 'program does not start', at: ['process.start'], verdict: () => ({ do: 'fail' }) },
  { name: 'store full', at: ['database.write'], verdict: () => ({ do: 'fail' }) },
  { name: 'late timer', at: ['timer'], verdict: draw => ({ do: 'delay', ms: draw.whole(100, 10_000) }) },
];

/** API servers, and webhooks above all, quote in their refusals what they were sent. */
function refusal(detail: string): NonNullable<Verdict> {
  const name = /\/([a-z-]+-[a-z0-9-]+)(\?|$)/.exec(detail)?.[1] ?? 'x';
  const sent = detail.includes('/secrets/') ? secretOf({ name, rev: 1 }) : 'nothing secret';
  const quoted = Buffer.from(sent).toString('base64');
  const message = `"${name}" is invalid: data: Invalid value: map[string]string{"password":"${quoted}"}: too long`;
  const body = JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Invalid',
    message,
    code: 422,
  });
  return { do: 'status', status: 422, body };
}

export function faultKindsAt(kind: PointKind): FaultKind[] {
  return faultKinds.filter(({ at }) => at.includes(kind));
}
