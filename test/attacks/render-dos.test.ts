import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../../src/sources/memory-tree.ts';
import { endOf, never, requestFor, type TestRenderer, testRenderer } from '../scenarios/render/renderer.ts';
import { watchedEnv } from '../scenarios/render/watched-env.ts';

// Cases 22-25, 27-30: input that takes more than it is worth. Each ends with an error that names the limit, and others go on.

const { env, children } = watchedEnv();
let renderer: TestRenderer;
beforeAll(async () => {
  renderer = await testRenderer({ env, budgets: { milliseconds: 3_000, memoryBytes: 512 * 1024 * 1024 } });
  await healthy();
}, 900_000);
afterAll(async () => await renderer[Symbol.asyncDispose]());

const cm = (name: string, rest = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${rest}`;
let renders = 0;
async function healthy(): Promise<void> {
  const result = await renderer.render(requestFor(memoryTree({ 'app/a.yaml': cm(`a${renders++}`) }), {}), never);
  expect(result.resources.length).toBe(1);
}

/** Peak memory so far of the renderers that live, MiB: the largest. */
async function peak(): Promise<number> {
  const statuses = await Promise.all(
    children.map(child => readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')),
  );
  return Math.max(...statuses.map(status => Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024));
}

interface Limits {
  withinMs: number;
  /** MiB that the renderer's memory may grow by. */
  memory?: number;
}

async function ends(
  files: Record<string, MemoryFile>,
  code: RegExp,
  { withinMs, memory }: Limits,
  source: Parameters<typeof requestFor>[1] = {},
): Promise<string> {
  await healthy();
  const before = await peak();
  const tree = memoryTree(files);
  const started = performance.now();
  const end = await endOf(renderer.render(requestFor(tree, source), never));
  const took = performance.now() - started;
  expect(end.code).toMatch(code);
  expect(took).toBeLessThan(withinMs);
  if (memory !== undefined) expect((await peak()) - before).toBeLessThan(memory);
  await healthy();
  return end.message;
}

const chart = (files: Record<string, MemoryFile>): Record<string, MemoryFile> => ({
  'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`app/${path}`, content])),
});

const laughs = `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`).join('\n')}\n`;
const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const small: Limits = { withinMs: 5_000, memory: 50 };

describe('YAML and JSON', () => {
  test('aliases that multiply are refused, wherever YAML is read', async () => {
    await ends({ 'app/a.yaml': cm('a', laughs) }, /RENDER_INVALID/, small);
    await ends(
      { 'app/kustomization.yaml': 'resources: [a.yaml]', 'app/a.yaml': cm('a', laughs) },
      /RENDER_INVALID/,
      small,
    );
    await ends({ 'app/kustomization.yaml': laughs }, /RENDER_INVALID/, small);
    await ends(chart({ 'values.yaml': laughs }), /RENDER_INVALID/, small);
    await ends(chart({ 'templates/a.yaml': cm('a', laughs) }), /RENDER_INVALID/, small);
    await ends(chart({ 'Chart.lock': laughs }), /RENDER_INVALID/, small);
    await ends(chart({}), /RENDER_INVALID/, small, { helm: { values: laughs } });
    await ends(chart({ 'big.yaml': laughs }), /RENDER_INVALID/, small, { helm: { valueFiles: ['big.yaml'] } });
  });

  test('a million aliases are refused', async () => {
    const many = `a: &a [1, 2, 3]\nb: [${Array(1_000_000).fill('*a').join(',')}]\n`;
    await ends({ 'app/a.yaml': cm('a', many) }, /RENDER_(INVALID|TOO_LARGE)/, { withinMs: 10_000, memory: 400 });
  });

  test('nesting without end is refused', async () => {
    await ends({ 'app/a.yaml': cm('a', `data: ${deep}\n`) }, /RENDER_INVALID/, small);
    await ends(
      { 'app/a.json': `{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"x":${deep}}` },
      /RENDER_INVALID/,
      small,
    );
    const lines = Array.from({ length: 20_000 }, (_, i) => `${' '.repeat(i % 5_000)}a:`)
      .slice(0, 5_000)
      .join('\n');
    await ends(
      { 'app/a.yaml': cm('a', `spec:\n ${lines.replaceAll('\n', '\n ')} 1\n`) },
      /RENDER_(INVALID|TOO_LARGE)/,
      { withinMs: 10_000 },
    );
    await ends(chart({ 'values.yaml': `a: ${deep}` }), /RENDER_INVALID/, small);
    await ends({ 'app/a.jsonnet': deep }, /RENDER_(FAILED|INVALID)/, { withinMs: 10_000 });
  });

  test('one huge file is refused by its size', async () => {
    const huge = new Uint8Array(80 * 1024 * 1024).fill(32);
    const message = await ends({ 'app/a.yaml': huge }, /RENDER_TOO_LARGE/, small);
    expect(message).toContain('10 MiB');
  });

  test('a million small documents are refused by their number', async () => {
    const message = await ends({ 'app/a.yaml': '---\na: 1\n'.repeat(1_000_000) }, /RENDER_(TOO_LARGE|INVALID)/, {
      withinMs: 5_000,
    });
    expect(message).toContain('20000 resources');
  });

  test('more files than anybody has are refused by their bytes', async () => {
    const file = new Uint8Array(9 * 1024 * 1024).fill(35);
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`app/f${i}.yaml`, Buffer.concat([file, Buffer.from(`${i}`)])]),
    );
    // A busy machine has not even counted them in three seconds.
    const message = await ends(files, /RENDER_(TOO_LARGE|TIMEOUT)/, { withinMs: 10_000 });
    expect(message).toMatch(/128 MiB|3000 ms/);
  });
});

describe('charts', () => {
  test('an archive that inflates a thousandfold is refused', async () => {
    const header = Buffer.alloc(512);
    header.write('c/values.yaml');
    header.write('0000644\0', 100);
    header.write((200 * 1024 * 1024).toString(8).padStart(11, '0'), 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const archive = gzipSync(Buffer.concat([header, Buffer.alloc(200 * 1024 * 1024, 120), Buffer.alloc(1024)]));
    const message = await ends(chart({ 'charts/c-1.0.0.tgz': archive }), /RENDER_TOO_LARGE/, {
      withinMs: 10_000,
      memory: 50,
    });
    expect(message).toContain('100 MiB');
  });

  test('an archive of a million entries is refused', async () => {
    const header = Buffer.alloc(512);
    header.write('c/x');
    header.write('0000000\0', 100);
    header.write('00000000000', 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const archive = gzipSync(Buffer.concat([...Array(100_000).fill(header), Buffer.alloc(1024)]));
    await ends(chart({ 'charts/c-1.0.0.tgz': archive }), /RENDER_TOO_LARGE/, { withinMs: 10_000, memory: 50 });
  });

  test.for([
    ['refers to itself without end', { $ref: '#' }],
    [
      'refers to itself through another',
      { $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } } },
    ],
    ['refers to the network', { $ref: 'http://127.0.0.1:1/schema.json' }],
    ['refers to a file', { $ref: 'file:///etc/passwd' }],
    ['refers to a URN', { $ref: 'urn:example:x' }],
    ['is nested without end', JSON.parse(`${'{"items":'.repeat(3_000)}{}${'}'.repeat(3_000)}`)],
  ])('a schema that %s is refused', async ([, schema]) => {
    await ends(chart({ 'values.schema.json': JSON.stringify(schema), 'values.yaml': 'a: 1' }), /RENDER_FAILED/, small);
  });

  test('a schema of 100,000 brackets is refused', async () => {
    await ends(chart({ 'values.schema.json': deep }), /RENDER_FAILED/, small);
  });

  test.for([
    ['range over a huge list', '{{ range until 1000000000 }}{{ end }}', /TOO_LARGE/],
    ['range over a huge number', '{{ range $i := 1000000000000 }}{{ end }}', /TIMEOUT|FAILED/],
    [
      'ranges in ranges, without a call',
      '{{ $x := until 100000 }}{{ range $x }}{{ range $x }}{{ range $x }}{{ end }}{{ end }}{{ end }}',
      /TIMEOUT/,
    ],
    [
      'ranges in ranges, with calls',
      '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}',
      /TIMEOUT|OUT_OF_MEMORY/,
    ],
    ['a huge repeat', '{{ repeat 1000000000 "x" }}', /TOO_LARGE/],
    ['a huge indent', '{{ indent 1000000000 "x" }}', /TOO_LARGE/],
    ['replace that multiplies', '{{ $x := repeat 1000000 "a" }}{{ replace "a" $x $x }}', /TOO_LARGE/],
    [
      'a template that includes itself',
      '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
      /FAILED|TIMEOUT/,
    ],
    [
      'a template that calls itself',
      '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
      /FAILED|TIMEOUT/,
    ],
    [
      'tpl that calls itself',
      '{{ define "a" }}{{ tpl "{{ include \\"a\\" . }}" . }}{{ end }}{{ include "a" . }}',
      /FAILED|TIMEOUT|MEMORY/,
    ],
    ['keys without end', '{{ range until 100000 }}{{ genPrivateKey "rsa" }}{{ end }}', /TIMEOUT/],
    [
      'text that doubles',
      '{{ $s := repeat 1000 "x" }}{{ range until 40 }}{{ $s = print $s $s }}{{ end }}',
      /OUT_OF_MEMORY|CRASHED|TIMEOUT/,
    ],
    [
      'output without end',
      '{{ $s := repeat 1000000 "x" }}{{ range until 100000 }}{{ $s }}{{ end }}',
      /OUT_OF_MEMORY|CRASHED|TOO_LARGE|TIMEOUT/,
    ],
    [
      'a regular expression that backtracks elsewhere',
      '{{ regexMatch "(a+)+$" (repeat 100000 "a" | printf "%sb") }}{{ fail "done" }}',
      /FAILED/,
    ],
    [
      'a dictionary in itself',
      '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}',
      /none|FAILED|OUT_OF_MEMORY|CRASHED|TIMEOUT/,
    ],
  ] as const)('a template with %s ends', async ([, template, code]) => {
    await ends(chart({ 'templates/x.yaml': template }), code, { withinMs: 30_000 });
  });
});

describe('Kustomize', () => {
  test('bases that lead back to the first are refused, with the path', async () => {
    const message = await ends(
      { 'app/kustomization.yaml': 'resources: [../b]', 'b/kustomization.yaml': 'resources: [../app]' },
      /RENDER_FAILED/,
      small,
    );
    expect(message).toMatch(/cycle.*app/);
    await ends({ 'app/kustomization.yaml': 'resources: [.]' }, /RENDER_FAILED/, small);
  });

  test('100,000 bases, each on the next, are refused', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`b${i}/kustomization.yaml`, `resources: [../b${i + 1}]`]),
    );
    await ends({ ...files, 'app/kustomization.yaml': 'resources: [../b0]' }, /RENDER_(TOO_LARGE|TIMEOUT)/, {
      withinMs: 20_000,
    });
  });

  test('bases that fan out are refused', async () => {
    const files: Record<string, string> = {};
    for (let level = 0; level < 12; level++)
      for (const side of ['l', 'r'])
        files[`${level}${side}/kustomization.yaml`] =
          `resources: [../${level + 1}l, ../${level + 1}r]\nnamePrefix: ${side}-\n`;
    for (const side of ['l', 'r']) {
      files[`12${side}/kustomization.yaml`] = 'resources: [cm.yaml]';
      files[`12${side}/cm.yaml`] = cm(side);
    }
    await ends({ ...files, 'app/kustomization.yaml': 'resources: [../0l]' }, /RENDER_(TOO_LARGE|TIMEOUT)/, {
      withinMs: 20_000,
    });
  });
});

describe('Jsonnet', () => {
  test.for([
    ['recursion without end', 'local f(x) = f(x + 1); f(0)', /FAILED/],
    [
      'a loop that only ends later than time',
      'std.foldl(function(a, b) a + b, std.range(1, 1e9), 0)',
      /TIMEOUT|OUT_OF_MEMORY|CRASHED/,
    ],
    [
      'text that doubles',
      'local d(s, n) = if n == 0 then s else d(s + s, n - 1); d("xxxxxxxxxxxxxxxx", 40)',
      /OUT_OF_MEMORY|CRASHED|TIMEOUT/,
    ],
    ['an import of itself', 'import "x.jsonnet"', /FAILED/],
  ] as const)('%s ends', async ([, code, end]) => {
    await ends({ 'app/x.jsonnet': code }, end, { withinMs: 30_000 });
  });
});

describe('queries', () => {
  const document = JSON.stringify({ spec: { text: `${'a'.repeat(1000)}b`, list: [1, 2, 3] } });

  test.for([
    ['an endless loop', '.. | limit(1000000000; repeat(1))'],
    ['recursion without end', 'def f: f; f'],
    ['a range without end', '.spec.list[range(infinite)]'],
    [
      'a regular expression that backtracks elsewhere',
      'select(.spec.text | test("(a+)+$") | not) | first(range(infinite) | select(. < 0))',
    ],
    ['text that doubles', 'reduce range(60) as $i ("xxxxxxxx"; . + .) | .spec'],
    ['lists that double', 'reduce range(60) as $i ([1]; . + .) | .spec'],
    ['until it is true', '.spec | until(false; .)'],
  ] as const)('%s ends within its second', async ([, expression]) => {
    for (const ask of [renderer.queries.paths, renderer.queries.delete]) {
      const started = performance.now();
      const end = await endOf(ask(document, [expression], never));
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(end.code).toMatch(/^(RENDER_QUERY_TIMEOUT|RENDER_OUT_OF_MEMORY|RENDER_CRASHED|RENDER_TOO_LARGE|none)$/);
      await healthy();
    }
  });

  test.for([
    'env.PATH',
    '$ENV.PATH',
    'input',
    'inputs',
    'input_filename',
    'halt',
    'halt_error',
    '$__prog_args',
    'import "a" as a; .',
    'get_search_list',
  ])('%s reaches nothing', async expression => {
    const deleted = await renderer.queries
      .delete(document, [`.spec | select(${expression} == "x")`], never)
      .catch(error => error);
    if (typeof deleted === 'string') expect(JSON.parse(deleted)).toEqual(JSON.parse(document));
    else expect(deleted).toMatchObject({ code: 'RENDER_QUERY_INVALID' });
    await healthy();
  });

  test.for(['.a)', '.a) | (.b', '', '.a #', '| .a', 'path(.a', '.[', '\u0000'])('%j is no query', async expression => {
    const end = await endOf(renderer.queries.paths(document, [expression], never));
    if (expression === '.a #') expect(end.code).toBe('none');
    else expect(end.code).toBe('RENDER_QUERY_INVALID');
  });
});
