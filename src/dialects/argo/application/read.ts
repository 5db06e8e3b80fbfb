import { z } from 'zod';
import type { Application, Condition, Origin, Source } from '../../../model/application.ts';
import { defaultPolicy, defaultRetry, defaultSyncOptions } from '../../../model/application.ts';
import { blankApplication, invalid, unsupported } from '../../application.ts';
import { normalPath, parseDuration, pathProblem, repoProblem, revisionProblem, withoutSecrets } from '../../fields.ts';
import { parseLeniently } from '../lenient.ts';
import { ownName, ownServer } from '../project/rules.ts';
import { readSyncOptions } from '../sync-options.ts';
import { type ApplicationSpec, type ArgoSource, type ArgoSyncPolicy, applicationSpec, metadata } from './schema.ts';
import { describeFinding, readApplicationAnnotations } from './unsupported.ts';

const schema = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata,
  spec: applicationSpec.prefault({}),
  /** The cluster's; not a declaration. */
  status: z.unknown().optional(),
});

/**
 * Reads one `Application` as Argo CD takes it. `name` was seen to be valid. Whatever is not understood becomes a condition; what is
 * wrong, or would mean something else without it, one that stands in the way.
 */
export function readApplication(name: string, value: object, origin: Origin): Application {
  const { data, findings } = parseLeniently(schema, value);
  const conditions = findings.map(describeFinding);
  const blank = blankApplication(name, origin);
  if (!data) return { ...blank, conditions };
  const { spec, metadata } = data;
  const annotations = readApplicationAnnotations(metadata.annotations);
  const { cascade, conditions: aboutFinalizers } = readFinalizers(metadata.finalizers);
  const { policy, conditions: aboutPolicy } = readSyncPolicy(spec.syncPolicy);
  conditions.push(...annotations.conditions, ...aboutFinalizers, ...aboutPolicy);
  return {
    ...blank,
    project: spec.project === '' ? 'default' : spec.project,
    sources: readSources(spec, conditions),
    destination: readDestination(spec.destination, conditions),
    policy,
    ignoreDifferences: spec.ignoreDifferences,
    historyLimit: spec.revisionHistoryLimit ?? blank.historyLimit,
    info: spec.info,
    suspended: annotations.suspended,
    cascade,
    labels: metadata.labels,
    conditions,
  };
}

function readSources(spec: ApplicationSpec, conditions: Condition[]): Source[] {
  // As in Argo CD: a list, when there is one, counts alone.
  const given = spec.sources.length > 0 ? spec.sources : spec.source ? [spec.source] : [];
  const alreadySaid = conditions.some(({ level }) => level === 'error');
  if (given.length === 0 && !alreadySaid) conditions.push(invalid('spec.source is missing'));
  return given.map((source, i) =>
    readSource(source, spec.sources.length > 0 ? `spec.sources[${i}]` : 'spec.source', conditions),
  );
}

function readSource(source: ArgoSource, field: string, conditions: Condition[]): Source {
  const { repoURL, path, targetRevision, chart, ref, tagPrefix, helm, kustomize, directory } = source;
  function check(name: string, problem: string | undefined): void {
    if (problem !== undefined) conditions.push(invalid(`${field}.${name} ${problem}`));
  }
  check('repoURL', repoProblem(repoURL));
  check('path', pathProblem(path ?? ''));
  check('targetRevision', revisionProblem(targetRevision ?? ''));
  if (chart !== undefined && path) check('path', 'and chart cannot both be given');
  if (chart !== undefined && !targetRevision) check('targetRevision', 'is missing: a chart needs a version');
  if (chart === undefined && ref === undefined && path === undefined) check('path', 'is missing');
  if (chart === undefined && repoURL.startsWith('oci://'))
    check('repoURL', 'is an OCI artifact without a chart, which is not supported yet');
  const tools = Object.entries({ helm, kustomize, directory }).filter(([, options]) => options !== undefined);
  if (tools.length > 1) check('helm', `cannot be given together: ${tools.map(([tool]) => tool).join(', ')}`);

  const read: Source = {
    repoURL: repoProblem(repoURL) === undefined ? repoURL : '',
    path: chart !== undefined || path === undefined || pathProblem(path) !== undefined ? '' : normalPath(path),
    targetRevision: targetRevision || 'HEAD',
  };
  if (repoProblem(repoURL) !== undefined) read.refusedURL = withoutSecrets(repoURL);
  if (chart !== undefined) read.chart = chart;
  if (ref !== undefined) read.ref = ref;
  if (tagPrefix !== undefined) read.tagPrefix = tagPrefix;
  const tool = tools.find(([, options]) => options !== undefined && Object.keys(options).length > 0)?.[0];
  if (tool === 'helm' || tool === 'kustomize' || tool === 'directory') read.type = tool;
  if (helm) read.helm = helm;
  if (kustomize) read.kustomize = kustomize;
  if (directory) read.directory = directory;
  return read;
}

function readDestination({ server, name, namespace }: ApplicationSpec['destination'], conditions: Condition[]) {
  if (server !== '' && name !== '') conditions.push(invalid('spec.destination: server and name cannot both be given'));
  const place = server || name;
  return { server: place === ownServer || place === ownName ? '' : place, namespace };
}

function readSyncPolicy(given: ArgoSyncPolicy) {
  const { options, conditions } = readSyncOptions(given.syncOptions);
  const policy = {
    ...defaultPolicy,
    options: { ...defaultSyncOptions, ...options },
    retry: readRetry(given.retry, conditions),
  };
  const { enabled, ...automated } = given.automated ?? {
    enabled: false,
    prune: false,
    selfHeal: false,
    allowEmpty: false,
  };
  if (enabled) policy.automated = automated;
  if (given.managedNamespaceMetadata) policy.managedNamespaceMetadata = given.managedNamespaceMetadata;
  return { policy, conditions };
}

function readRetry(given: ArgoSyncPolicy['retry'], conditions: Condition[]) {
  const retry = { ...defaultRetry };
  if (given?.limit !== undefined && given.limit >= 0) retry.limit = given.limit;
  const { duration, factor, maxDuration } = given?.backoff ?? {};
  retry.backoffMs = readSeconds(duration, retry.backoffMs, 'duration', conditions);
  retry.maxBackoffMs = readSeconds(maxDuration, retry.maxBackoffMs, 'maxDuration', conditions);
  retry.factor = Math.max(1, factor ?? retry.factor);
  return retry;
}

/** A duration, or (as Argo CD takes it) a bare number of seconds. */
function readSeconds(
  given: string | number | undefined,
  otherwise: number,
  field: string,
  conditions: Condition[],
): number {
  if (given === undefined || given === '') return otherwise;
  const ms = /^\d+$/.test(String(given)) ? Number(given) * 1_000 : parseDuration(String(given));
  if (ms !== undefined && Number.isSafeInteger(ms)) return ms;
  conditions.push(invalid(`spec.syncPolicy.retry.backoff.${field} must be a duration such as 5s`));
  return otherwise;
}

const finalizers: Record<string, Application['cascade'] | 'runs anyway'> = {
  'resources-finalizer.argocd.argoproj.io': 'foreground',
  'resources-finalizer.argocd.argoproj.io/foreground': 'foreground',
  'resources-finalizer.argocd.argoproj.io/background': 'background',
  'foreground-finalizer.resources.argocd.argoproj.io': 'foreground',
  'background-finalizer.resources.argocd.argoproj.io': 'background',
  'pre-delete-finalizer.argocd.argoproj.io': 'runs anyway',
  'pre-delete-finalizer.argocd.argoproj.io/cleanup': 'runs anyway',
  'post-delete-finalizer.argocd.argoproj.io': 'runs anyway',
  'post-delete-finalizer.argocd.argoproj.io/cleanup': 'runs anyway',
};

function readFinalizers(given: readonly string[]): { cascade: Application['cascade']; conditions: Condition[] } {
  let cascade: Application['cascade'] = false;
  const conditions: Condition[] = [];
  for (const finalizer of given) {
    const meaning = Object.hasOwn(finalizers, finalizer) ? finalizers[finalizer] : undefined;
    if (meaning === undefined) conditions.push(unsupported(`finalizer ${finalizer.slice(0, 120)} is not known`));
    else if (meaning !== 'runs anyway') cascade = meaning;
  }
  return { cascade, conditions };
}
