import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, sourceFiles } from './sources.ts';

// What holds in web/, beside what the compiler and the linter check.

const files = sourceFiles(['web'], ['.ts', '.tsx']).filter(({ path }) => !/\.test\.tsx?$|vite\.config/.test(path));

/** What a folder may import besides itself and packages. */
const mayImport: Record<string, readonly string[]> = {
  util: ['model'],
  model: ['util', 'api/types.ts'],
  api: ['model', 'util'],
  // Primitives know neither routes nor the API.
  ui: ['model'],
  components: ['ui', 'model', 'util', 'api'],
  pages: ['components', 'ui', 'model', 'util', 'api'],
};

const inside = (path: string) => posix.relative('web', path);
const folderOf = (path: string) => inside(path).split('/')[0] ?? '';
const imports = files.flatMap(({ path, code }) =>
  importsOf(code).map(({ from, typeOnly }) => ({
    path,
    from,
    typeOnly,
    target: from.startsWith('.') ? posix.join(posix.dirname(path), from) : undefined,
  })),
);

test('folders import only what they may know', () => {
  const wrong = imports.filter(({ path, target }) => {
    const allowed = mayImport[folderOf(path)];
    if (allowed === undefined || target === undefined || !target.startsWith('web/')) return false;
    const isOwn = folderOf(target) === folderOf(path);
    return !isOwn && !allowed.some(one => one === folderOf(target) || one === inside(target));
  });
  expect(wrong.map(({ path, from }) => `${path} imports ${from}`)).toEqual([]);
});

test('of the operator it knows types only, and nothing of Node', () => {
  const wrong = imports.filter(
    ({ from, target, typeOnly }) => from.startsWith('node:') || (target?.startsWith('src/') === true && !typeOnly),
  );
  expect(wrong.map(({ path, from }) => `${path} imports ${from}`)).toEqual([]);
});

test('the model knows no framework, and primitives no routes and no data', () => {
  const forbidden: Record<string, RegExp> = { model: /react/, ui: /@tanstack\/react-(router|query)/ };
  const wrong = imports.filter(({ path, from }) => forbidden[folderOf(path)]?.test(from) === true);
  expect(wrong.map(({ path, from }) => `${path} imports ${from}`)).toEqual([]);
});

test('addresses are made in one place', () => {
  const makers = ['web/util/path-builder.ts', 'web/util/api-paths.ts', 'web/routes.tsx'];
  const wrong = files
    .filter(({ path }) => !makers.includes(path))
    .filter(({ code }) => /['"`]\/(api|auth)\/|\b(to|href)=(\{\s*)?['"`]\//.test(code));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('most files are short, and none is long', () => {
  const lengths = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  expect(lengths.filter(({ lines }) => lines > 150).length).toBeLessThanOrEqual(Math.ceil(files.length / 20));
});

test('a file that makes a component is named after it', () => {
  const wrong = files
    .filter(({ path }) => path.endsWith('.tsx') && folderOf(path) !== 'routes.tsx' && folderOf(path) !== 'main.tsx')
    .filter(({ path, code }) => {
      const name = (path.split('/').at(-1) ?? '').replace('.tsx', '').replaceAll('-', '').toLowerCase();
      const exported = [...code.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, one = '']) =>
        one.toLowerCase(),
      );
      return !exported.includes(name);
    });
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('every page is one of the places that axe looks at, and that pictures are taken of', async () => {
  const { places } = await import('../ui/places.ts');
  const pages = [...readFileSync('web/routes.tsx', 'utf8').matchAll(/^ {2}path: '([^']+)'/gm)].map(
    ([, path = '']) => path,
  );
  expect(pages.length).toBeGreaterThan(9);
  // `/` leads to the applications.
  const shapes = pages
    .filter(path => path !== '/')
    .map(path => new RegExp(`^${path.replace('$name', '[^/?#]+')}([?#]|$)`));
  const unseen = shapes.filter(shape => !places.some(({ path }) => shape.test(path)));
  expect(unseen).toEqual([]);
});
