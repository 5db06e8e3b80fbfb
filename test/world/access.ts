// What a control plane and its clients need to know each other: certificates, tokens, the audit policy, a kubeconfig.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runProgram } from './process.ts';

/** Everything a test needs to reach a control plane: plain data, so that it can be handed to another process. */
export interface Access {
  server: string;
  directory: string;
  /** Contexts `holdfast` (current), `holdfast-certificate` and `admin`. */
  kubeconfig: string;
  caFile: string;
  /** In system:masters: for setting tests up. What is tested must not use it, for the API server never throttles it. */
  adminToken: string;
  /** The user `holdfast`: cluster-admin by an ordinary binding. */
  holdfastToken: string;
  /** The same user by client certificate. */
  certificate: { certFile: string; keyFile: string };
  auditLog: string;
  /** The program whose first argument can also be `kubectl`. */
  program: string;
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'None', users: ['system:apiserver', 'kube-controller-manager'] }, { level: 'Metadata' }],
};

export async function createAccess(directory: string, program: string, port: number): Promise<Access> {
  const file = (name: string) => join(directory, name);
  const token = () => randomBytes(16).toString('hex');
  const access: Access = {
    server: `https://127.0.0.1:${port}`,
    directory,
    kubeconfig: file('kubeconfig'),
    caFile: file('ca.crt'),
    adminToken: token(),
    holdfastToken: token(),
    certificate: { certFile: file('holdfast.crt'), keyFile: file('holdfast.key') },
    auditLog: file('audit.log'),
    program,
  };
  await runProgram(program, ['certificates', directory, 'holdfast']);

  const serviceAccounts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const controllersToken = token();
  const tokens = [
    `${access.adminToken},admin,admin,"system:masters"`,
    `${access.holdfastToken},holdfast,holdfast`,
    `${controllersToken},kube-controller-manager,kube-controller-manager,"system:masters"`,
  ];
  const contents = {
    'service-accounts.key': serviceAccounts.privateKey.export({ type: 'sec1', format: 'pem' }),
    'service-accounts.pub': serviceAccounts.publicKey.export({ type: 'spki', format: 'pem' }),
    'tokens.csv': `${tokens.join('\n')}\n`,
    'audit-policy.json': JSON.stringify(auditPolicy),
    kubeconfig: await kubeconfig(access, {
      holdfast: { token: access.holdfastToken },
      'holdfast-certificate': {
        'client-certificate-data': await base64(access.certificate.certFile),
        'client-key-data': await base64(access.certificate.keyFile),
      },
      admin: { token: access.adminToken },
    }),
    'controllers.kubeconfig': await kubeconfig(access, { controllers: { token: controllersToken } }),
  };
  for (const [name, content] of Object.entries(contents)) await writeFile(file(name), content, { mode: 0o600 });
  return access;
}

/** A kubeconfig with one context a user, of the user's name; the first is the current one. */
export async function kubeconfig(access: Access, users: Record<string, object>): Promise<string> {
  const names = Object.keys(users);
  const cluster = { server: access.server, 'certificate-authority-data': await base64(access.caFile) };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0],
    clusters: [{ name: 'world', cluster }],
    users: names.map(name => ({ name, user: users[name] })),
    contexts: names.map(name => ({ name, context: { cluster: 'world', user: name } })),
  });
}

async function base64(path: string): Promise<string> {
  return (await readFile(path)).toString('base64');
}
