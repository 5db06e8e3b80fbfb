import { z } from 'zod';
import { accessSettings } from '../dialects/access.ts';
import { duration, name, path, repo, revision, size } from '../dialects/fields.ts';
import { logFormats } from '../env/real/log.ts';

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

const oidc = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .refine(
        text => /^https:/.test(text) || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(text),
        'must be https (http for this machine only)',
      )
      .describe('Address of the provider, exactly as it calls itself: what it says about itself is below it.'),
    clientId: z.string().min(1).max(1_000).describe('What the provider calls Holdfast.'),
    clientSecretFile: file.exactOptional().describe('File with the secret of the client. Default: it has none.'),
    clientSecretVariable: variable.exactOptional().describe('Environment variable with the secret of the client.'),
    title: z.string().min(1).max(40).prefault('SSO').describe('What the button of the sign-in page says.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/, 'must be one word'))
      .max(50)
      .prefault(['openid', 'profile', 'email', 'offline_access'])
      .describe(
        'What the provider is asked for. Many send groups for a further one, such as `groups`, only. Without `offline_access` most give no way to ask again, and sessions end after an hour at most.',
      ),
    nameClaim: z
      .string()
      .min(1)
      .max(200)
      .prefault('email')
      .describe(
        'Claim whose value is the name that policies and records use. An `email` counts only if the provider says that it is verified; `sub` is always there, and never changes.',
      ),
    groupsClaim: z
      .string()
      .min(1)
      .max(200)
      .prefault('groups')
      .describe('Claim with the groups that policies speak about.'),
    recheck: duration(10_000)
      .prefault('45s')
      .describe('How soon somebody who was taken out of a group, or disabled at the provider, loses what they had.'),
    caFile: file.exactOptional().describe('Certificates (PEM) of the authorities to trust instead of the system’s.'),
  })
  .refine(text => text.scopes.includes('openid'), { path: ['scopes'], message: 'must have `openid`' });
export type OidcConfig = z.infer<typeof oidc>;

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
  oidc: oidc.exactOptional().describe('A provider (OpenID Connect) that people sign in by.'),
  publicURL: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .exactOptional()
    .describe(
      'What browsers call it, such as `https://holdfast.example`: needed behind a proxy, and what a provider sends people back to.',
    ),
  dataDirectory: file
    .prefault('.holdfast')
    .describe('Mirrors, cache, history, address and token of the API. May be lost without harm.'),
  audit: z
    .strictObject({
      retention: duration(30 * 86_400_000)
        .exactOptional()
        .describe(
          'How long records of the audit log are kept, such as `400d`. Whole files of it that hold nothing newer are removed then, and the log says so. Default: for ever.',
        ),
    })
    .prefault({})
    .describe('The audit log.'),
  listen: z
    .strictObject({
      host: z.string().min(1).prefault('127.0.0.1').describe('Address that the API listens on.'),
      port: z.int().min(0).max(65_535).prefault(0).describe('0: any that is free.'),
      tls: z
        .strictObject({
          certFile: file.describe('Certificate (PEM), with those between it and the authority.'),
          keyFile: file.describe('Its key (PEM).'),
        })
        .exactOptional()
        .describe('Serves https. Files that are replaced are taken up within a minute.'),
      trustedProxies: z
        .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]))
        .max(100)
        .exactOptional()
        .describe(
          'Proxies before it, whose `X-Forwarded-For` and `X-Forwarded-Host` are believed. Without it, all who come through a proxy are one address to the limits of sign-ins and to the audit log.',
        ),
    })
    .prefault({})
    .describe('The API.'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).prefault('info').describe('The least that is logged.'),
      format: z
        .enum(logFormats)
        .prefault('auto')
        .describe('`json`: one object a line; `plain`: for people; `auto`: `plain` on a terminal, otherwise `json`.'),
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
