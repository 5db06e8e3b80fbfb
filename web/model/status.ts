import type { HealthStatus, SyncStatus } from '../api/types.ts';

/** What a status is read by: a shape (also in grey), a tone (also without looking closely), and words. */
export interface StatusView {
  shape: Shape;
  tone: Tone;
  label: string;
}

export type Tone = 'good' | 'work' | 'warn' | 'bad' | 'quiet';
export type Shape = 'full' | 'half' | 'triangle' | 'ring' | 'pause' | 'cross' | 'question' | 'equal' | 'unequal';

export const healthViews = {
  Healthy: { shape: 'full', tone: 'good', label: 'Healthy' },
  Progressing: { shape: 'half', tone: 'work', label: 'Progressing' },
  Degraded: { shape: 'triangle', tone: 'bad', label: 'Degraded' },
  Missing: { shape: 'ring', tone: 'warn', label: 'Missing' },
  Suspended: { shape: 'pause', tone: 'quiet', label: 'Suspended' },
  Unknown: { shape: 'question', tone: 'quiet', label: 'Unknown' },
} as const satisfies Record<HealthStatus, StatusView>;

export const syncViews = {
  Synced: { shape: 'equal', tone: 'good', label: 'In sync' },
  OutOfSync: { shape: 'unequal', tone: 'warn', label: 'Out of sync' },
  Unknown: { shape: 'question', tone: 'quiet', label: 'Unknown' },
} as const satisfies Record<SyncStatus, StatusView>;

export const syncingView = { shape: 'half', tone: 'work', label: 'Syncing' } as const satisfies StatusView;
export const suspendedView = { shape: 'pause', tone: 'quiet', label: 'Suspended' } as const satisfies StatusView;
export const undeclaredView = { shape: 'unequal', tone: 'warn', label: 'Not declared' } as const satisfies StatusView;
