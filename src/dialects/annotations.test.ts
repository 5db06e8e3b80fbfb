import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultPolicy } from '../model/application.ts';
import { phases } from '../model/resource.ts';
import { readAnnotations, type Steering } from './annotations.ts';

const argo = 'argocd.argoproj.io';
const flux = 'kustomize.toolkit.fluxcd.io';

test.each<[string, Record<string, string>, string]>([
  ['nothing', {}, 'Sync'],
  ['Argo CD hook', { [`${argo}/hook`]: 'PreSync' }, 'PreSync hook BeforeHookCreation'],
  [
    'several phases, in their order',
    { [`${argo}/hook`]: 'PostSync, PreSync' },
    'PreSync,PostSync hook BeforeHookCreation',
  ],
  [
    'hook with policies',
    { [`${argo}/hook`]: 'SyncFail', [`${argo}/hook-delete-policy`]: 'HookSucceeded,HookFailed' },
    'SyncFail hook HookSucceeded,HookFailed',
  ],
  ['Skip', { [`${argo}/hook`]: 'Skip' }, ''],
  [
    'Argo CD wins over Helm',
    { [`${argo}/hook`]: 'Sync', 'helm.sh/hook': 'post-install' },
    'Sync hook BeforeHookCreation',
  ],
  [
    'our own wins over Argo CD',
    { 'holdfast.dev/hook': 'PostSync', [`${argo}/hook`]: 'PreSync' },
    'PostSync hook BeforeHookCreation',
  ],
  ['Helm pre-install', { 'helm.sh/hook': 'pre-install' }, 'PreSync hook BeforeHookCreation'],
  ['Helm pre-upgrade', { 'helm.sh/hook': 'pre-upgrade' }, 'PreSync hook BeforeHookCreation'],
  [
    'Helm post-install, post-upgrade',
    { 'helm.sh/hook': 'post-install,post-upgrade' },
    'PostSync hook BeforeHookCreation',
  ],
  ['Helm pre-delete', { 'helm.sh/hook': 'pre-delete' }, 'PreDelete hook BeforeHookCreation'],
  ['Helm post-delete', { 'helm.sh/hook': 'post-delete' }, 'PostDelete hook BeforeHookCreation'],
  [
    'Helm policies',
    { 'helm.sh/hook': 'pre-install', 'helm.sh/hook-delete-policy': 'hook-succeeded, before-hook-creation' },
    'PreSync hook HookSucceeded,BeforeHookCreation',
  ],
  ['Helm test', { 'helm.sh/hook': 'test' }, ''],
  ['Helm old test', { 'helm.sh/hook': 'test-success' }, ''],
  ['Helm crd-install', { 'helm.sh/hook': 'crd-install' }, 'Sync'],
  ['Flux ignore', { [`${flux}/ssa`]: 'Ignore' }, ''],
  ['Flux reconcile disabled', { [`${flux}/reconcile`]: 'disabled' }, ''],
])('phases and hook: %s', (_, annotations, expected) => {
  const steering = readAnnotations(annotations, defaultPolicy);
  expect(describe(steering)).toBe(expected);
  expect(steering.unsupported).toEqual([]);
});

function describe({ phases, hook }: Steering): string {
  return hook ? `${phases} hook ${hook.deletePolicies}` : `${phases}`;
}

test.each<[Record<string, string>, number]>([
  [{ [`${argo}/sync-wave`]: '-5' }, -5],
  [{ [`${argo}/sync-wave`]: ' 7 ' }, 7],
  [{ 'helm.sh/hook-weight': '3' }, 3],
  [{ [`${argo}/sync-wave`]: '1', 'helm.sh/hook-weight': '3' }, 1],
  [{ [`${argo}/sync-wave`]: 'soon', 'helm.sh/hook-weight': '3' }, 3],
  [{ [`${argo}/sync-wave`]: '1e9' }, 0],
  [{ [`${argo}/sync-wave`]: '-0' }, 0],
])('wave of %j is %i', (annotations, wave) => {
  expect(readAnnotations(annotations, defaultPolicy).wave).toBe(wave);
});

test.each<[Record<string, string>, object]>([
  [{ [`${argo}/sync-options`]: 'Prune=false' }, { prune: 'never', delete: 'allowed' }],
  [{ [`${argo}/sync-options`]: 'Prune=confirm,Delete=confirm' }, { prune: 'confirm', delete: 'confirm' }],
  [{ [`${argo}/sync-options`]: 'Delete=false' }, { delete: 'never', prune: 'allowed' }],
  [
    { [`${argo}/sync-options`]: 'PruneLast=true, Replace=true , Force=true,Validate=false' },
    { pruneLast: true, replace: true, force: true, validate: false },
  ],
  [
    { [`${argo}/sync-options`]: 'SkipDryRunOnMissingResource=true,ServerSideApply=true' },
    { skipDryRunOnMissingResource: true },
  ],
  [{ [`${argo}/sync-options`]: 'PrunePropagationPolicy=orphan' }, { propagation: 'orphan' }],
  [{ [`${argo}/compare-options`]: 'IgnoreExtraneous' }, { ignoreExtraneous: true }],
  [{ [`${argo}/ignore-healthcheck`]: 'true' }, { ignoreHealth: true }],
  [{ 'helm.sh/resource-policy': 'keep' }, { prune: 'never', delete: 'never' }],
  [{ [`${flux}/prune`]: 'Disabled' }, { prune: 'never', delete: 'never' }],
  [{ [`${flux}/force`]: 'enabled' }, { force: true }],
  [{ [`${argo}/sync-options`]: 'Prune=true', 'holdfast.dev/sync-options': 'Prune=false' }, { prune: 'never' }],
])('options of %j', (annotations, options) => {
  const steering = readAnnotations(annotations, defaultPolicy);
  expect(steering.options).toMatchObject(options);
  expect(steering.unsupported).toEqual([]);
});

test.each<[Record<string, string>, string]>([
  [{ [`${argo}/sync-options`]: 'Prune=maybe' }, 'Prune=maybe'],
  [{ [`${argo}/sync-options`]: 'ServerSideApply=false' }, 'ServerSideApply=false'],
  [{ [`${argo}/compare-options`]: 'ServerSideDiff=false' }, 'ServerSideDiff=false'],
  [{ [`${argo}/ignore-restart-policy`]: 'true' }, 'ignore-restart-policy'],
  [{ [`${argo}/hook`]: 'BeforeSync' }, 'BeforeSync'],
  [{ [`${argo}/hook`]: 'Sync', [`${argo}/hook-delete-policy`]: 'Never' }, 'Never'],
  [{ 'helm.sh/hook': 'pre-rollback' }, 'pre-rollback'],
  [{ 'helm.sh/hook': 'constructor' }, 'constructor'],
  [{ [`${flux}/ssa`]: 'IfNotPresent' }, 'IfNotPresent'],
  [{ [`${argo}/sync-wave`]: 'x' }, 'sync-wave: x'],
])('says that %j is not supported', (annotations, word) => {
  expect(readAnnotations(annotations, defaultPolicy).unsupported.join()).toContain(word);
});

test('the resource speaks louder than the application', () => {
  const policy = { options: { ...defaultPolicy.options, prune: 'never', pruneLast: true } as const };
  expect(readAnnotations({}, policy).options).toMatchObject({ prune: 'never', pruneLast: true });
  const louder = { [`${argo}/sync-options`]: 'Prune=true,PruneLast=false' };
  expect(readAnnotations(louder, policy).options).toMatchObject({ prune: 'allowed', pruneLast: false });
});

test('any text gives known phases and a whole wave, and no exception', () => {
  const names = ['hook', 'hook-delete-policy', 'sync-wave', 'sync-options', 'compare-options'].map(n => `${argo}/${n}`);
  const name = fc.oneof(fc.constantFrom(...names, 'helm.sh/hook', 'helm.sh/hook-weight', '__proto__'), fc.string());
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), annotations => {
      const steering = readAnnotations(annotations, defaultPolicy);
      expect(Number.isSafeInteger(steering.wave)).toBe(true);
      expect(steering.phases.every(phase => phases.includes(phase))).toBe(true);
      expect(steering.hook === undefined || steering.phases.length > 0).toBe(true);
    }),
  );
});
