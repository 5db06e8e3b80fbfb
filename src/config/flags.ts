/** What the command line may say instead of the file. Undefined: nothing. */
export interface OperatorFlags {
  repo?: string | undefined;
  path?: string | undefined;
  revision?: string | undefined;
  interval?: string | undefined;
  target?: 'kubernetes' | 'machine' | undefined;
  kubeconfig?: string | undefined;
  context?: string | undefined;
  root?: string | undefined;
  roots?: readonly string[] | undefined;
  dataDirectory?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  publicURL?: string | undefined;
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  logLevel?: string | undefined;
  logFormat?: string | undefined;
}

/** The flags in the form of the file; goes before it. */
export function fromFlags(flags: OperatorFlags): Record<string, unknown> {
  const { repo, path, revision, interval, dataDirectory, host, port, publicURL, tlsCert, tlsKey } = flags;
  const { logLevel, logFormat } = flags;
  return given({
    repo,
    path,
    revision,
    interval,
    dataDirectory,
    target: targetFrom(flags),
    publicURL,
    listen: some({ host, port, tls: some({ certFile: tlsCert, keyFile: tlsKey }) }),
    log: some({ level: logLevel, format: logFormat }),
  });
}

/** A flag of one kind of target names the kind, too. */
function targetFrom({
  target,
  kubeconfig,
  context,
  root,
  roots = [],
}: OperatorFlags): Record<string, unknown> | undefined {
  const kubernetes = some({ kubeconfig, context });
  const machine = some({ root, allowedRoots: roots.length > 0 ? roots : undefined });
  if (target === 'kubernetes') return { kubernetes: kubernetes ?? {} };
  if (target === 'machine') return { machine: machine ?? {} };
  return some({ kubernetes, machine });
}

function some(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const kept = given(values);
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
