import type { Source } from '../model/application.ts';
import type { RenderRequest } from './renderer.ts';

/** What Argo CD calls the build environment: names that may stand as `$NAME` in some values of a source. */
function variables({ application, namespace, source, revision, capabilities }: RenderRequest): Record<string, string> {
  return {
    ARGOCD_APP_NAME: application.name,
    ARGOCD_APP_NAMESPACE: namespace,
    ARGOCD_APP_PROJECT_NAME: application.project,
    ARGOCD_APP_REVISION: revision,
    ARGOCD_APP_REVISION_SHORT: revision.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: revision.slice(0, 8),
    ARGOCD_APP_SOURCE_PATH: source.path,
    ARGOCD_APP_SOURCE_REPO_URL: source.repoURL,
    ARGOCD_APP_SOURCE_TARGET_REVISION: source.targetRevision,
    KUBE_VERSION: capabilities.kubeVersion,
    KUBE_API_VERSIONS: capabilities.apiVersions.join(','),
  };
}

/** The source with `$NAME`, `${NAME}` and `$$` written out in the fields where Argo CD does so. Unknown names come to nothing. */
export function withBuildEnvironment(request: RenderRequest): Source {
  const { source } = request;
  const { helm, directory } = source;
  const known = variables(request);
  const expand = (text: string) =>
    text.includes('$')
      ? text.replace(/\$(?:(\$)|\{(\w*)\}|([A-Za-z_]\w*))/g, (_, dollar, braced, plain) =>
          dollar ? '$' : (known[braced ?? plain] ?? ''),
        )
      : text;
  const isRef = (file: string) => request.refs.has(/^\$([^/]+)\//.exec(file)?.[1] ?? '');
  const withValues = <Item extends { value: string }>(items: Item[] | undefined) =>
    items?.map(item => ({ ...item, value: expand(item.value) }));
  const { jsonnet } = directory ?? {};
  return {
    ...source,
    ...(helm && {
      helm: {
        ...helm,
        valueFiles: (helm.valueFiles ?? []).map(file => (isRef(file) ? file : expand(file))),
        parameters: withValues(helm.parameters) ?? [],
        fileParameters: (helm.fileParameters ?? []).map(file => ({ ...file, path: expand(file.path) })),
      },
    }),
    ...(directory && {
      directory: {
        ...directory,
        ...(jsonnet && {
          jsonnet: { ...jsonnet, tlas: withValues(jsonnet.tlas) ?? [], extVars: withValues(jsonnet.extVars) ?? [] },
        }),
      },
    }),
  };
}

/** Whether the name of the revision is written out anywhere: then another revision of the same files is another render. */
export function namesRevision(request: RenderRequest): boolean {
  const at = (revision: string) => JSON.stringify(withBuildEnvironment({ ...request, revision }));
  return at(request.revision) !== at('');
}
