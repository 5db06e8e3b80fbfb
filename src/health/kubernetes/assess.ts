import type { Health } from '../../model/resource.ts';

const healthy: Health = { status: 'Healthy', message: '' };
export function assessHealth(_object: Record<string, unknown>, _kind: { group: string; kind: string }): Health {
  return healthy;
}
export function completionOf(
  _object: Record<string, unknown>,
  _kind: { group: string; kind: string },
): 'running' | 'succeeded' | 'failed' | undefined {
  return undefined;
}
export function summarize(
  _object: Record<string, unknown>,
  _kind: { group: string; kind: string },
): string | undefined {
  return undefined;
}
