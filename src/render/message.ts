import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { SourceType } from '../model/application.ts';
import { labelForm, markOf } from '../model/tracking.ts';
import type { Budgets } from './budgets.ts';
import { withBuildEnvironment } from './build-environment.ts';
import { protocolVersion, type RenderMessage } from './protocol.ts';
import type { RenderRequest } from './renderer.ts';

/** What the renderer is told of a request, all of which shapes its result; only what matters to the type. */
export function renderMessage(request: RenderRequest, type: SourceType, budgets: Budgets): RenderMessage {
  const { application, capabilities, namespace, refs } = request;
  const source = withBuildEnvironment(request);
  const isHelm = type === 'helm';
  const { values, valuesObject, ...helm } = source.helm ?? {};
  // An object is values too, and goes before text: as in Argo CD.
  const inline = valuesObject === undefined ? values : JSON.stringify(valuesObject);
  return {
    type: 'render',
    sourceType: type,
    path: posix.normalize(source.path || '.').replace(/^\.$/, ''),
    application: application.name,
    label: labelForm(application.name),
    mark: markOf(request.environment, application.name),
    namespace: isHelm ? namespace : '',
    kubeVersion: isHelm ? capabilities.kubeVersion : '',
    apiVersions: isHelm ? capabilities.apiVersions : [],
    refs: [...refs.keys()].sort(),
    mounts: [],
    helm: isHelm ? { ...helm, values: inline } : {},
    kustomize: type === 'kustomize' ? (source.kustomize ?? {}) : {},
    directory: source.directory ?? {},
    budgets: {
      milliseconds: budgets.milliseconds,
      inputBytes: budgets.inputBytes,
      fileBytes: budgets.fileBytes,
      outputBytes: budgets.outputBytes,
      resources: budgets.resources,
      inflatedBytes: budgets.inflatedBytes,
      files: budgets.files,
    },
  };
}

/** Equal signatures and equal files: equal results. `renderer` tells one renderer program from another. */
export function signatureOf(message: RenderMessage, renderer: string): string {
  const { budgets, mounts, ...shaping } = message;
  return createHash('sha256')
    .update(JSON.stringify([protocolVersion, renderer, sorted(shaping)]))
    .digest('hex')
    .slice(0, 40);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]);
}
