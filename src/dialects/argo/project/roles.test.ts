import { expect, it } from 'vitest';
import { readProject } from './read.ts';

it('roles are read; tokens that Argo CD signed say nothing', () => {
  const spec = {
    roles: [
      {
        name: 'ci',
        description: 'for pipelines',
        policies: ['p, proj:shop:ci, applications, sync, shop/*, allow'],
        groups: ['my-org:team-a'],
        jwtTokens: [{ iat: 1535390316, id: 'x' }],
      },
      { name: 'empty', policies: null },
    ],
  };
  const { roles, conditions } = readProject('shop', spec);
  expect(conditions).toEqual([]);
  expect(roles).toEqual([
    { name: 'ci', policies: ['p, proj:shop:ci, applications, sync, shop/*, allow'], groups: ['my-org:team-a'] },
    { name: 'empty', policies: [], groups: [] },
  ]);
});
