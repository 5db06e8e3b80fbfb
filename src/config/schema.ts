import { z } from 'zod';
import { accessSettings } from '../dialects/access.ts';
import { duration, name, path, repo, revision, size } from '../dialects/fields.ts';

/*
 * The operator's own configuration, holdfast-operator.yaml: what has to be known before Git can be read, and what Git must not decide.
 * This one schema is validation, defaults, and docs/configuration.md.
 */

const file = z.string().min(1).max(4_096);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');

/** Secrets are never written here: only where they are. */
const credential = z.strictObject({
  prefix: z
    .string()
    .min(1)
    .max(2_048)
    .describe(
      'Beginning of the addresses that they are for: `https://github.com/org`, `git@host:team/`. The longest that fits counts.',
    ),
  username: z.string().min(1).exactOptional().describe('User name; with tokens often anything.'),
  passwordFile: file.exactOptional().describe('File with the password or token.'),
  passwordVariable: variable.exactOptional().describe('Environment variable with the password or token.'),
  sshKeyFile: file.exactOptional().describe('File with the private SSH key.'),
  sshKeyVariable: variable.exactOptional().describe('Environment variable with the private SSH key.'),
  knownHostsFile: file.exactOptional().describe('Known hosts for SSH. Needed with a key: unknown hosts are refused.'),
  caFile: file.exactOptional().describe('Certificates (PEM) of the authorities to trust instead of the system’s.'),
  insecure: z
    .boolean()
    .prefault(false)
    .describe('Do not check the certificate of the server. Only for trying things out.'),
});
export type CredentialEntry = z.infer<typeof credential>;

const target = z
  .strictObject({
    kubernetes: z
      .strictObject({
        kubeconfig: file.exactOptional().describe('Default: `KUBECONFIG`, `~/.kube/config`, or the pod’s own account.'),
        context: z.string().min(1).exactOptional().describe('Default: the current one.'),
        applications: name
          .exactOptional()
          .describe(
            'Namespace of the cluster whose `Application`s and `AppProject`s of Argo CD are read, besides what Git declares. Default: none are. Whoever may write there steers the operator.',
          ),
      })
      .exactOptional()
      .describe('A cluster.'),
    machine: z
      .strictObject({
        root: file
          .exactOptional()
          .describe('Where processes run and their logs are. Default: `machine` in the data directory.'),
        allowedRoots: z.array(file).prefault([]).describe('Directories that applications may write files to.'),
      })
      .exactOptional()
      .describe('This machine.'),
  })
  .refine(given => Object.keys(given).length === 1, 'must name exactly one kind of target');

export const operatorSchema = z.strictObject({
  name: name
    .exactOptional()
    .describe('The environment, for people. Default: as holdfast.yaml says, or the repository’s name.'),
  repo: repo.describe('The repository where the environment is declared.'),
  path: path.prefault('.').describe('The directory of the environment in it.'),
  revision: revision.prefault('HEAD').describe('Branch, tag, commit or range of versions.'),
  interval: duration(1_000).prefault('15s').describe('How often repositories are asked for news.'),
  target: target.exactOptional().describe('Where to. Default: as holdfast.yaml says.'),
  allowLocalRepositories: z
    .boolean()
    .prefault(false)
    .describe(
      'Whether sources may be repositories on this machine (`file://`). The environment’s own may in any case.',
    ),
  credentials: z.array(credential).max(1_000).prefault([]).describe('How to log in to repositories and registries.'),
  access: accessSettings
    .exactOptional()
    .describe(
      'Who may do what, besides what Git says (`access` in holdfast.yaml): what is denied in one of them is denied.',
    ),
  dataDirectory: file
    .prefault('.holdfast')
    .describe('Mirrors, cache, history, address and token of the API. May be lost without harm.'),
  listen: z
    .strictObject({
      host: z.string().min(1).prefault('127.0.0.1').describe('Address that the API listens on.'),
      port: z.int().min(0).max(65_535).prefault(0).describe('0: any that is free.'),
    })
    .prefault({})
    .describe('The API.'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).prefault('info').describe('The least that is logged.'),
    })
    .prefault({})
    .describe('The log.'),
  budgets: z
    .strictObject({
      renderTime: duration(1_000).prefault('60s').describe('Longest time to render one source.'),
      renderMemory: size.prefault('1Gi').describe('Most memory of the renderer.'),
      renderOutput: size.prefault('64Mi').describe('Most text that one source may render to.'),
      renderResources: z.int().min(1).prefault(50_000).describe('Most resources that one source may render to.'),
      cache: size.prefault('256Mi').describe('Rendered resources that are kept on disk.'),
      fetchTime: duration(1_000).prefault('10m').describe('Longest time for one fetch from a repository.'),
      fetches: z.int().min(1).max(100).prefault(4).describe('Fetches at the same time.'),
    })
    .prefault({})
    .describe('Limits, so that one application cannot take all.'),
});

export type OperatorConfig = z.infer<typeof operatorSchema>;
