import type { Condition, SyncOptions } from '../../model/application.ts';
import { unsupported } from '../application.ts';
import { commonSyncOptions } from '../sync-words.ts';

/** `spec.syncPolicy.syncOptions`. An empty change: Holdfast does so in any case. */
const table: Record<string, Partial<SyncOptions>> = {
  'CreateNamespace=true': { createNamespace: true },
  'CreateNamespace=false': { createNamespace: false },
  ...commonSyncOptions,
  'ApplyOutOfSyncOnly=true': {},
  'FailOnSharedResource=true': { failOnSharedResource: true },
  'FailOnSharedResource=false': { failOnSharedResource: false },
  'RespectIgnoreDifferences=true': { respectIgnoreDifferences: true },
  'RespectIgnoreDifferences=false': { respectIgnoreDifferences: false },
  'SkipDryRunOnMissingResource=true': {},
  'SkipDryRunOnMissingResource=false': {},
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
