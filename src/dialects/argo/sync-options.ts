import type { Condition, SyncOptions } from '../../model/application.ts';
import { unsupported } from '../application.ts';

/** `spec.syncPolicy.syncOptions`. An empty change: Holdfast does so in any case. */
const table: Record<string, Partial<SyncOptions>> = {
  'CreateNamespace=true': { createNamespace: true },
  'CreateNamespace=false': { createNamespace: false },
  'Prune=true': { prune: 'allowed' },
  'Prune=confirm': { prune: 'confirm' },
  'Prune=false': { prune: 'never' },
  'Delete=true': { delete: 'allowed' },
  'Delete=confirm': { delete: 'confirm' },
  'Delete=false': { delete: 'never' },
  'PruneLast=true': { pruneLast: true },
  'PruneLast=false': { pruneLast: false },
  'PrunePropagationPolicy=foreground': { propagation: 'foreground' },
  'PrunePropagationPolicy=background': { propagation: 'background' },
  'PrunePropagationPolicy=orphan': { propagation: 'orphan' },
  'Replace=true': { replace: true },
  'Replace=false': { replace: false },
  'Force=true': { force: true },
  'Force=false': { force: false },
  'Validate=true': { validate: true },
  'Validate=false': { validate: false },
  'ApplyOutOfSyncOnly=true': { applyOutOfSyncOnly: true },
  'ApplyOutOfSyncOnly=false': { applyOutOfSyncOnly: false },
  'FailOnSharedResource=true': { failOnSharedResource: true },
  'FailOnSharedResource=false': { failOnSharedResource: false },
  'RespectIgnoreDifferences=true': { respectIgnoreDifferences: true },
  'RespectIgnoreDifferences=false': { respectIgnoreDifferences: false },
  'SkipDryRunOnMissingResource=true': {},
  'SkipDryRunOnMissingResource=false': {},
  'ServerSideApply=true': {},
  'ClientSideApplyMigration=true': {},
};

export const syncOptionWords = Object.keys(table);

/** Later words win. What is not understood comes back as conditions. */
export function readSyncOptions(words: readonly string[]): { options: Partial<SyncOptions>; conditions: Condition[] } {
  const options: Partial<SyncOptions> = {};
  const conditions: Condition[] = [];
  for (const word of words) {
    const text = word.trim();
    if (Object.hasOwn(table, text)) Object.assign(options, table[text]);
    else conditions.push(unsupported(`sync option ${text.slice(0, 80)} is not supported`));
  }
  return { options, conditions };
}
