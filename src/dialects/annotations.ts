import type { SyncPolicy } from '../model/application.ts';
import type { Hook, HookDeletePolicy, Phase, ResourceOptions } from '../model/resource.ts';
import { phases as allPhases, hookDeletePolicies } from '../model/resource.ts';
import { commonSyncOptions } from './sync-words.ts';

/** What the annotations of one resource ask for, whoever's words they are. */
export interface Steering {
  /** `['Sync']`, the phases of a hook, or `[]`: never applied, and (since it is declared) never pruned either. */
  phases: Phase[];
  hook?: Hook;
  wave: number;
  options: ResourceOptions;
  /** One sentence for each word that asks for something Holdfast does not do. */
  unsupported: string[];
}

const own = 'holdfast.dev/';
const argo = 'argocd.argoproj.io/';
const helm = 'helm.sh/';
const flux = 'kustomize.toolkit.fluxcd.io/';

/** Whether an annotation is one that `readAnnotations` wants to see. */
export function steersDelivery(annotation: string): boolean {
  return [own, argo, helm, flux].some(prefix => annotation.startsWith(prefix));
}

/** Argo CD's own table: every operation is a sync, so installing and upgrading are one. */
const helmPhases: Record<string, Phase | 'none'> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
  'pre-delete': 'PreDelete',
  'post-delete': 'PostDelete',
  test: 'none',
  'test-success': 'none',
  'test-failure': 'none',
};

const helmDeletePolicies: Record<string, HookDeletePolicy> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

type Change = Partial<ResourceOptions>;

const syncOptions: Record<string, Change> = {
  ...commonSyncOptions,
  'SkipDryRunOnMissingResource=true': { skipDryRunOnMissingResource: true },
  'SkipDryRunOnMissingResource=false': { skipDryRunOnMissingResource: false },
};

const compareOptions: Record<string, Change> = {
  IgnoreExtraneous: { ignoreExtraneous: true },
  'ServerSideDiff=true': {},
  'IncludeMutationWebhook=true': {},
};

/** Whole annotations with fixed meanings, by name and value; Flux compares without regard to case. */
const fixed: Record<string, Record<string, Change>> = {
  [`${argo}ignore-healthcheck`]: { true: { ignoreHealth: true }, false: {} },
  [`${own}ignore-healthcheck`]: { true: { ignoreHealth: true }, false: {} },
  [`${helm}resource-policy`]: { keep: { prune: 'never', delete: 'never' } },
  [`${flux}prune`]: { disabled: { prune: 'never', delete: 'never' }, enabled: {} },
  [`${flux}force`]: { enabled: { force: true }, disabled: { force: false } },
  [`${flux}ssa`]: { override: {}, ignore: {} },
  [`${flux}reconcile`]: { disabled: {}, enabled: {} },
  [`${flux}substitute`]: { disabled: {}, enabled: {} },
};

/** Argo CD's bookkeeping and advice to its caches and its UI: nothing is lost without them. */
const harmless = [
  ...['tracking-id', 'installation-id', 'ignore-resource-updates', 'deletion-approved', 'managed-by-url'],
  ...['hook', 'hook-delete-policy', 'sync-wave', 'sync-options', 'compare-options'],
].map(name => argo + name);

/** Reads what a resource's annotations ask for. Of our own words and Argo CD's, ours count; then Helm's and Flux's. */
export function readAnnotations(
  annotations: Readonly<Record<string, string>>,
  policy: Pick<SyncPolicy, 'options'>,
): Steering {
  const unsupported: string[] = [];
  const options: ResourceOptions = {
    prune: policy.options.prune,
    delete: policy.options.delete,
    pruneLast: policy.options.pruneLast,
    ignoreExtraneous: false,
    ignoreHealth: false,
  };
  function refuse(name: string, value: string): void {
    unsupported.push(`${name}: ${value.slice(0, 80)} is not supported`);
  }

  for (const [name, values] of Object.entries(fixed)) {
    const value = annotations[name];
    if (value === undefined) continue;
    const change = lookUp(values, value.trim().toLowerCase());
    if (change) Object.assign(options, change);
    else refuse(name, value);
  }
  for (const prefix of [argo, own]) {
    for (const [suffix, table] of [
      ['sync-options', syncOptions],
      ['compare-options', compareOptions],
    ] as const) {
      for (const word of words(annotations[prefix + suffix])) {
        const change = lookUp(table, word);
        if (change) Object.assign(options, change);
        else refuse(prefix + suffix, word);
      }
    }
  }
  for (const name of Object.keys(annotations)) {
    if (name.startsWith(argo) && !(name in fixed) && !harmless.includes(name)) refuse(name, annotations[name] ?? '');
  }

  const { phases, isHook } = readPhases(annotations, refuse);
  const wave = readWave(annotations, refuse);
  const steering: Steering = { phases, wave, options, unsupported };
  if (isHook) steering.hook = { deletePolicies: readDeletePolicies(annotations, refuse) };
  return steering;
}

type Refuse = (name: string, value: string) => void;

function readPhases(
  annotations: Readonly<Record<string, string>>,
  refuse: Refuse,
): { phases: Phase[]; isHook: boolean } {
  const phases = new Set<Phase>();
  const name = annotations[`${own}hook`] === undefined ? `${argo}hook` : `${own}hook`;
  const given = words(annotations[name]);
  for (const word of given) {
    const phase = allPhases.find(known => known === word);
    if (phase) phases.add(phase);
    else if (word !== 'Skip') refuse(name, word);
  }
  if (given.length > 0) return { phases: inOrder(phases), isHook: phases.size > 0 };
  if (isLeftAlone(annotations)) return { phases: [], isHook: false };

  // Helm 2 marked definitions as hooks so that they came first; kinds are ordered here anyway.
  const helmWords = words(annotations[`${helm}hook`]).filter(word => word !== 'crd-install');
  if (helmWords.length === 0) return { phases: ['Sync'], isHook: false };
  for (const word of helmWords) {
    const phase = lookUp(helmPhases, word);
    if (phase === undefined) refuse(`${helm}hook`, word);
    else if (phase !== 'none') phases.add(phase);
  }
  return { phases: inOrder(phases), isHook: phases.size > 0 };
}

/** Flux: declared, but not to be touched. */
function isLeftAlone(annotations: Readonly<Record<string, string>>): boolean {
  return (
    annotations[`${flux}ssa`]?.trim().toLowerCase() === 'ignore' ||
    annotations[`${flux}reconcile`]?.trim().toLowerCase() === 'disabled'
  );
}

function readWave(annotations: Readonly<Record<string, string>>, refuse: Refuse): number {
  for (const name of [`${own}sync-wave`, `${argo}sync-wave`, `${helm}hook-weight`]) {
    const text = annotations[name]?.trim();
    if (text === undefined) continue;
    if (/^[+-]?\d{1,9}$/.test(text)) return Number(text) + 0;
    refuse(name, text);
  }
  return 0;
}

function readDeletePolicies(annotations: Readonly<Record<string, string>>, refuse: Refuse): HookDeletePolicy[] {
  const policies = new Set<HookDeletePolicy>();
  for (const name of [`${own}hook-delete-policy`, `${argo}hook-delete-policy`]) {
    for (const word of words(annotations[name])) {
      const policy = hookDeletePolicies.find(known => known === word);
      if (policy) policies.add(policy);
      else refuse(name, word);
    }
    if (policies.size > 0) return [...policies];
  }
  for (const word of words(annotations[`${helm}hook-delete-policy`])) {
    const policy = lookUp(helmDeletePolicies, word);
    if (policy) policies.add(policy);
    else refuse(`${helm}hook-delete-policy`, word);
  }
  return policies.size > 0 ? [...policies] : ['BeforeHookCreation'];
}

function inOrder(phases: ReadonlySet<Phase>): Phase[] {
  return allPhases.filter(phase => phases.has(phase));
}

function words(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '');
}

/** Names come from manifests: `constructor` is not in any table. */
function lookUp<Value>(table: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
