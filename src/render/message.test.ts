import { expect, test } from 'vitest';
import type { Source } from '../model/application.ts';
import { memoryTree } from '../sources/memory-tree.ts';
import { defaultBudgets } from './budgets.ts';
import { namesRevision } from './build-environment.ts';
import { renderMessage, signatureOf } from './message.ts';
import type { RenderRequest } from './renderer.ts';

function request(source: Partial<Source> = {}, more: Partial<RenderRequest> = {}): RenderRequest {
  return {
    environment: '',
    application: { name: 'shop', project: 'team' },
    namespace: 'store',
    source: { repoURL: 'https://git.example.com/fleet', path: 'apps/shop', targetRevision: 'main', ...source },
    revision: '0123456789abcdef0123456789abcdef01234567',
    tree: memoryTree({}),
    refs: new Map([['config', memoryTree({})]]),
    capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1', 'apps/v1'], hash: 'h' },
    allowsRemote: () => false,
    ...more,
  };
}

test.for([
  ['$ARGOCD_APP_NAME', 'shop'],
  [`x-\${ARGOCD_APP_REVISION_SHORT}-y`, 'x-0123456-y'],
  ['$ARGOCD_APP_SOURCE_PATH/$ARGOCD_APP_NAMESPACE', 'apps/shop/store'],
  ['$KUBE_VERSION', 'v1.36.3'],
  ['pa$$word', 'pa$word'],
  ['$UNKNOWN-', '-'],
  ['100$', '100$'],
  ['plain', 'plain'],
] as const)('the parameter %j is rendered as %j', ([value, expected]) => {
  const message = renderMessage(request({ helm: { parameters: [{ name: 'p', value }] } }), 'helm', defaultBudgets);
  expect(message.helm).toMatchObject({ parameters: [{ name: 'p', value: expected }] });
});

test('value files of other sources keep their dollar; others are written out', () => {
  const helm = { valueFiles: ['$config/a.yaml', 'env/$ARGOCD_APP_NAME.yaml'] };
  expect(renderMessage(request({ helm }), 'helm', defaultBudgets).helm).toMatchObject({
    valueFiles: ['$config/a.yaml', 'env/shop.yaml'],
  });
});

test('an object of values takes the place of text', () => {
  const helm = { values: 'a: 1', valuesObject: { b: [1, null] } };
  expect(renderMessage(request({ helm }), 'helm', defaultBudgets).helm).toMatchObject({ values: '{"b":[1,null]}' });
});

test('a signature changes with what shapes the result, and with nothing else', () => {
  const signature = (source: Partial<Source>, more: Partial<RenderRequest> = {}, type: 'helm' | 'directory' = 'helm') =>
    signatureOf(renderMessage(request(source, more), type, defaultBudgets), 'program');
  const base = signature({ helm: { values: 'a: 1', skipCrds: true } });

  expect(signature({ helm: { skipCrds: true, values: 'a: 1' } }), 'order of fields').toBe(base);
  expect(signature({ helm: { values: 'a: 1', skipCrds: true } }, { revision: 'x' }), 'the revision').toBe(base);
  expect(signature({ helm: { values: 'a: 1', skipCrds: true }, targetRevision: 'v2' })).toBe(base);
  for (const other of [
    signature({ helm: { values: 'a: 2', skipCrds: true } }),
    signature({ helm: { values: 'a: 1', skipCrds: true }, path: 'elsewhere' }),
    signature({ helm: { values: 'a: 1', skipCrds: true } }, { namespace: 'x' }),
    signature({ helm: { values: 'a: 1', skipCrds: true } }, { refs: new Map() }),
    signatureOf(renderMessage(request({ helm: { values: 'a: 1', skipCrds: true } }), 'helm', defaultBudgets), 'newer'),
  ])
    expect(other).not.toBe(base);
  expect(signature({}, { namespace: 'x' }, 'directory'), 'plain manifests have no namespace of their own').toBe(
    signature({}, {}, 'directory'),
  );
});

test.for([
  ['$ARGOCD_APP_REVISION', true],
  [`x-\${ARGOCD_APP_REVISION_SHORT_8}`, true],
  ['$ARGOCD_APP_NAME-$KUBE_VERSION', false],
  ['no name at all', false],
] as const)('a source that writes out %s is bound to its revision: %s', ([value, isBound]) => {
  const parameters = [{ name: 'image.tag', value, forceString: false }];
  expect(namesRevision(request({ helm: { parameters } }))).toBe(isBound);
});
