import { expect, it } from 'vitest';
import type { DifferenceView } from '../../api/schemas.ts';
import { parseResourceKey } from '../../model/resource.ts';
import { plainStyle } from '../style.ts';
import { diffText } from './diff.ts';

const revision = '0123456789abcdef0123456789abcdef01234567';
const plan = { groups: [], unchanged: [] };

it('groups fields by resource, with cause, author and masked values', () => {
  const difference: DifferenceView = {
    revision,
    plan: { ...plan, guard: '3 of 4 resources would be deleted' },
    resources: [
      {
        id: parseResourceKey('apps/Deployment/shop/web'),
        key: 'apps/Deployment/shop/web',
        cause: 'drift',
        action: 'change',
        by: { name: 'kubectl-edit', at: 0 },
        changes: [
          { path: '/spec/replicas', live: '5', declared: '2' },
          { path: '/metadata/labels/x', live: '"y"' },
        ],
      },
      {
        id: parseResourceKey('/Secret/shop/password'),
        key: '/Secret/shop/password',
        cause: 'git',
        action: 'change',
        changes: [{ path: '/data/value', masked: true }],
      },
      {
        id: parseResourceKey('/ConfigMap/shop/page'),
        key: '/ConfigMap/shop/page',
        cause: 'git',
        action: 'create',
        changes: [{ path: '/data/index.html', declared: '"<h1>\\u001b[2J\\n</h1>\\n"' }],
      },
    ],
    heldBack: [{ key: '/Namespace//shop', reason: 'Prune=confirm', confirmable: true }],
  };
  expect(
    diffText(difference, plainStyle, 60_000),
  ).toBe(`~ Deployment shop/web  changed in the target by kubectl-edit, 1m ago
    /spec/replicas
      - 5
      + 2
    /metadata/labels/x
      - "y"

~ Secret shop/password  asked for by Git
    /data/value
      (a secret value, different)

+ ConfigMap shop/page  asked for by Git
    /data/index.html
      + <h1>
      + </h1>

! Namespace shop is left alone: Prune=confirm (sync --confirm would)

! 3 of 4 resources would be deleted

A sync to 0123456 would create 1, change 2 and delete 0.`);
});

it('says so when there is nothing', () => {
  expect(diffText({ revision, plan, resources: [], heldBack: [] }, plainStyle, 0)).toBe(
    'No differences: it is as 0123456 says.',
  );
});
