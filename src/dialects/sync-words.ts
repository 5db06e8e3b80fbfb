import type { SyncOptions } from '../model/application.ts';
import type { ResourceOptions } from '../model/resource.ts';

/** Argo CD's sync options that one resource may ask for as well as a whole application. `{}`: Holdfast does so anyway. */
export const commonSyncOptions: Record<string, Partial<SyncOptions> & Partial<ResourceOptions>> = {
  'Prune=true': { prune: 'allowed' },
  'Prune=false': { prune: 'never' },
  'Prune=confirm': { prune: 'confirm' },
  'Delete=true': { delete: 'allowed' },
  'Delete=false': { delete: 'never' },
  'Delete=confirm': { delete: 'confirm' },
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
  'ServerSideApply=true': {},
  'ClientSideApplyMigration=true': {},
};
