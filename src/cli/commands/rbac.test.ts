import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashOf } from '../../access/tokens.ts';
import { run } from '../testing/cli.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-rbac-'));
});

afterEach(() => rm(directory, { recursive: true }));

const environment = `apiVersion: holdfast.dev/v1
kind: Environment
metadata: {name: prod}
spec:
  access:
    policy: |
      p, role:dev, applications, sync, shop/*, allow
      g, team-a, role:dev
    accounts: [{name: appops, groups: [team-a]}]
  projects:
    - name: shop
      roles: [{name: ci, policies: ["p, proj:shop:ci, logs, get, shop/*, allow"]}]
`;
const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-rbac-cm}
data:
  policy.default: role:readonly
  policy.csv: |
    p, appops, clusters, update, *, allow
  policy.more.csv: p, appops, logs, get, bank/*, deny
`;

it.each([
  ['policy.csv', 'g, appops, role:admin', 'appops delete applications a/b', 0, 'built in:'],
  ['policy.csv', 'g, appops, role:admin', 'bystander delete applications a/b', 1, 'no line of the policy allows it'],
  [
    'holdfast.yaml',
    environment,
    'appops sync applications shop/web',
    0,
    'holdfast.yaml:7: p, role:dev, applications, sync',
  ],
  ['holdfast.yaml', environment, 'proj:shop:ci get logs shop/web', 0, 'project shop, role ci:1: p, proj:shop:ci, logs'],
  ['holdfast.yaml', environment, 'proj:shop:ci get logs bank/web', 1, 'no line of the policy allows it'],
  ['rbac.yaml', configMap, 'appops update targets prod', 0, 'p, appops, clusters, update, *, allow'],
  ['rbac.yaml', configMap, 'appops get logs bank/web', 1, 'p, appops, logs, get, bank/*, deny'],
  ['rbac.yaml', configMap, 'bystander get logs bank/web', 0, 'through bystander → role:readonly'],
  ['policy.csv', 'p, a, x', 'appops get logs a/b', 1, 'policy.csv:1:8: has 3 fields'],
  [
    'holdfast.yaml',
    environment.replace('sync', 'snyc'),
    'appops get logs a/b',
    1,
    'holdfast.yaml:7:34: there is no action "snyc"',
  ],
  ['policy.csv', '', 'appops get log a/b', 2, 'there is no resource log'],
])('by %s: %j, %s', async (name, text, question, code, expected) => {
  await writeFile(join(directory, name), text);
  const outcome = await run(['rbac', 'can', ...question.split(' '), '--policy', name], { directory });
  expect([outcome.code, outcome.out + outcome.err]).toEqual([code, expect.stringContaining(expected)]);
});

it('a token for an account is made with its hash, and every time another', async () => {
  const [one, other] = [await run(['token', 'generate']), await run(['token', 'generate'])];
  expect(one.err).toContain(`sha256: ${hashOf(one.out)}`);
  expect(one.out).not.toBe(other.out);
});
