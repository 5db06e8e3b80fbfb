import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../../sources/memory-tree.ts';
import { type FileSpec, readSpec } from '../../targets/machine/spec.ts';
import type { RenderRequest } from '../renderer.ts';
import { renderAppSpec } from './appspec.ts';
import { matchesGlob } from './permissions.ts';

const signal = new AbortController().signal;
const revision: Record<string, MemoryFile> = {
  'index.html': 'hi',
  'conf/app.conf': 'a=1',
  'conf/deep/more.conf': 'b=2',
  'scripts/start.sh': { content: '#!/bin/sh\n', executable: true },
  'scripts/stop.sh': '#!/bin/sh\n',
};

async function render(appspec: string, files = revision) {
  const request: RenderRequest = {
    environment: '',
    application: { name: 'site', project: 'default' },
    namespace: '',
    source: { repoURL: '', path: '.', targetRevision: '' },
    revision: 'r1',
    tree: memoryTree({ ...files, 'appspec.yml': appspec }),
    refs: new Map(),
    capabilities: { kubeVersion: '', apiVersions: [], hash: '' },
    allowsRemote: () => false,
  };
  return await renderAppSpec(request, signal);
}

async function files(appspec: string): Promise<Record<string, Omit<FileSpec, 'path' | 'content' | 'exists'>>> {
  const found: Record<string, Omit<FileSpec, 'path' | 'content' | 'exists'>> = {};
  for (const { id, body } of (await render(appspec)).resources) {
    if (id.kind !== 'File') continue;
    const { path, content: _content, exists: _exists, ...rest } = await readSpec('File', id.name, body);
    found[path] = rest;
  }
  return found;
}

const head = 'version: 0.0\nos: linux\n';

describe('the files section', () => {
  test.each<[what: string, section: string, paths: string[]]>([
    ['a file goes into the destination', '{source: conf/app.conf, destination: /srv/etc}', ['/srv/etc/app.conf']],
    ['a leading slash means the root of the revision', '{source: /index.html, destination: /srv}', ['/srv/index.html']],
    [
      'a directory goes with all below it',
      '{source: conf, destination: /srv/etc/}',
      ['/srv/etc/app.conf', '/srv/etc/deep/more.conf'],
    ],
    [
      'a slash is everything',
      '{source: /, destination: /srv}',
      [
        '/srv/appspec.yml',
        '/srv/conf/app.conf',
        '/srv/conf/deep/more.conf',
        '/srv/index.html',
        '/srv/scripts/start.sh',
        '/srv/scripts/stop.sh',
      ],
    ],
  ])('%s', async (_what, section, paths) => {
    expect(Object.keys(await files(`${head}files:\n  - ${section}\n`))).toEqual(paths);
  });

  test('modes come from Git', async () => {
    expect(await files(`${head}files: [{source: scripts, destination: /srv}]`)).toMatchObject({
      '/srv/start.sh': { mode: 0o755 },
      '/srv/stop.sh': { mode: 0o644 },
    });
  });
});

describe('the permissions section', () => {
  const all = `${head}files: [{source: /, destination: /srv}]\npermissions:\n`;
  test.each<[what: string, section: string, modes: Record<string, number>]>([
    ['a file', '{object: /srv/index.html, mode: 0600}', { '/srv/index.html': 0o600 }],
    [
      'a directory, one level',
      '{object: /srv/conf, pattern: "*.conf", mode: 640}',
      { '/srv/conf/app.conf': 0o640, '/srv/conf/deep/more.conf': 0o644 },
    ],
    [
      'all files below',
      '{object: /srv/conf, type: [file], mode: 640}',
      { '/srv/conf/app.conf': 0o640, '/srv/conf/deep/more.conf': 0o640 },
    ],
    [
      'but not these',
      '{object: /srv/conf, except: [app.*], type: [file], mode: 640}',
      { '/srv/conf/app.conf': 0o644, '/srv/conf/deep/more.conf': 0o640 },
    ],
    [
      'directories',
      '{object: /srv, type: [directory], mode: 2750}',
      { '/srv/conf': 0o2750, '/srv/conf/deep': 0o2750, '/srv/conf/app.conf': 0o644 },
    ],
    ['the destination itself', '{object: /, pattern: srv, type: [directory], mode: 750}', { '/srv': 0o750 }],
  ])('%s', async (_what, section, modes) => {
    const found = await files(`${all}  - ${section}\n`);
    for (const [path, mode] of Object.entries(modes)) expect(found[path], path).toMatchObject({ mode });
  });

  test('owner and group', async () => {
    expect(await files(`${all}  - {object: /srv/index.html, owner: www, group: web}`)).toMatchObject({
      '/srv/index.html': { owner: 'www', group: 'web', mode: 0o644 },
    });
  });

  test('what matches nothing is said', async () => {
    expect((await render(`${all}  - {object: /srv/nope, mode: 600}`)).warnings).toEqual([
      'appspec.yml: the permissions of /srv/nope match nothing that is installed',
    ]);
  });
});

describe('the hooks section', () => {
  test('events become hooks in the order of CodeDeploy', async () => {
    const { resources } = await render(
      `${head}hooks:
  ApplicationStart:
    - {location: scripts/start.sh, timeout: 30, runas: root}
    - location: /scripts/stop.sh
  BeforeInstall:
    - location: scripts/stop.sh
`,
    );
    expect(
      resources.map(({ id, annotations }) => [
        id.name,
        annotations['holdfast.dev/hook'],
        annotations['holdfast.dev/sync-wave'],
      ]),
    ).toEqual([
      ['site/ApplicationStop', 'PreSync,PreDelete', '-2'],
      ['site/BeforeInstall', 'PreSync', '-1'],
      ['site/ApplicationStart', 'PostSync', '2'],
      ['site/ValidateService', 'PostSync', '3'],
    ]);
    const start = await readSpec('Script', 'x', resources[2]!.body);
    expect(start.scripts).toEqual([
      { location: 'scripts/start.sh', timeoutMs: 30_000, runas: 'root' },
      { location: 'scripts/stop.sh', timeoutMs: 3_600_000 },
    ]);
  });

  test('traffic hooks belong to a load balancer, and are said to be left out', async () => {
    const { resources, warnings } = await render(`${head}hooks: {BeforeBlockTraffic: [{location: scripts/stop.sh}]}`);
    expect(resources.map(({ id }) => id.name)).toEqual(['site/ApplicationStop', 'site/ValidateService']);
    expect(warnings).toEqual([expect.stringContaining('BeforeBlockTraffic')]);
  });
});

describe('what is wrong is said with line and column', () => {
  test.each<[appspec: string, message: RegExp]>([
    ['version: 0.1\nos: linux\n', /^appspec\.yml:1:10: version: has to be 0\.0$/],
    ['version: 0.0\nos: windows\n', /^appspec\.yml:2:5: os: has to be linux$/],
    ['os: linux\n', /version: has to be 0\.0/],
    [`${head}Files: []\n`, /^appspec\.yml:3:1: Files: is not known/],
    [
      `${head}files:\n  - source: x\n    destination: srv\n`,
      /^appspec\.yml:5:18: files\.0\.destination: has to be an absolute path$/,
    ],
    [`${head}files:\n  - {source: ../x, destination: /srv}\n`, /leads out of the revision/],
    [`${head}files:\n  - {source: nope, destination: /srv}\n`, /nothing at source nope/],
    [
      `${head}files: [{source: conf, destination: /srv}, {source: conf/app.conf, destination: /srv}]`,
      /\/srv\/app\.conf is installed twice/,
    ],
    [`${head}file_exists_behavior: MAYBE\n`, /^appspec\.yml:3:23: file_exists_behavior/],
    [
      `${head}permissions:\n  - object: /a\n    mode: 888\n`,
      /^appspec\.yml:5:11: permissions\.0\.mode: has to be three or four octal digits/,
    ],
    [`${head}permissions:\n  - object: /a\n    acls: [u:x:r]\n`, /^appspec\.yml:5:.*ACLs are not supported/],
    [`${head}permissions:\n  - object: /a\n    context: {user: x}\n`, /SELinux contexts are not supported/],
    [
      `${head}files: [{source: index.html, destination: /srv}]\npermissions:\n  - {object: /srv/index.html}\n  - {object: /srv/index.html}\n`,
      /^appspec\.yml:6:5: permissions of \/srv\/index\.html are set more than once/,
    ],
    [`${head}hooks:\n  Install:\n    - location: x\n`, /^appspec\.yml:4:3: hooks\.Install: is no lifecycle event/],
    [`${head}hooks:\n  BeforeInstall:\n    - location: nope.sh\n`, /no script nope\.sh/],
    [`${head}hooks:\n  BeforeInstall:\n    - location: ../../bin/sh\n`, /no script/],
    [`${head}hooks:\n  BeforeInstall:\n    - {location: a, timeout: 3601}\n`, /^appspec\.yml:5:30: .*from 1 to 3600/],
    [
      `${head}hooks:\n  BeforeInstall: [{location: a, timeout: 3000}, {location: b, timeout: 3000}]\n`,
      /add up to more than 3600/,
    ],
    [`${head}hooks: {\n`, /^appspec\.yml:4:1: /],
    ['just text', /expected a mapping/],
    [
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]',
      /alias/i,
    ],
  ])('%j', async (appspec, message) => {
    await expect(render(appspec)).rejects.toThrow(message);
  });

  test('a link is not installed', async () => {
    const linked = { ...revision, 'conf/link': { symlink: 'app.conf' } };
    await expect(render(`${head}files: [{source: conf, destination: /srv}]`, linked)).rejects.toThrow(/symbolic link/);
  });
});

describe('matchesGlob', () => {
  test('is what the same pattern means as a regular expression', () => {
    const part = fc.stringMatching(/^[ab*]{0,8}$/);
    const name = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(
      fc.property(name, part, (text, pattern) => {
        expect(matchesGlob(text, pattern)).toBe(new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`).test(text));
      }),
    );
  });

  test('many stars cost nothing', () => {
    expect(matchesGlob('a'.repeat(5_000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});
