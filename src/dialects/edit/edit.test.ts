import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { dropDocument, editField, type FieldEdit } from './edit.ts';
import { stepsOf, withValue } from './path.ts';

const deployment = `# The shop's front
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}} # short
spec:
  replicas: 3   # enough for Fridays
  template:
    spec:
      # Order matters here
      containers:
      - name: web
        image: "shop:1.8.1"
        args:
          - --port=80
        ports:
          - {containerPort: 80, protocol: TCP}
      - name: side
        image: side:1
  strategy:
---
kind: ConfigMap
data:
  text: |
    one
    two

  quoted: 'it''s'
`;

function edited(edit: FieldEdit, index = 0, text = deployment): string {
  const result = editField(text, 'web.yaml', index, edit);
  if ('why' in result) throw new Error(result.why);
  return result.text;
}

/** Lines that went, and lines that came. */
function lines(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const part = (all: string[], mark: string) => all.slice(start, all.length - end).map(line => mark + line);
  return [...part(a, '-'), ...part(b, '+')];
}

const web = '/spec/template/spec/containers/[name=web]';

test.each<[FieldEdit, number, string[]]>([
  [
    { path: '/spec/replicas', value: 7 },
    0,
    ['-  replicas: 3   # enough for Fridays', '+  replicas: 7   # enough for Fridays'],
  ],
  [{ path: `${web}/image`, value: 'shop:1.9' }, 0, ['-        image: "shop:1.8.1"', '+        image: "shop:1.9"']],
  [
    { path: '/metadata/labels/app', value: 'front' },
    0,
    ['-metadata: {name: web, labels: {app: web}} # short', '+metadata: {name: web, labels: {app: front}} # short'],
  ],
  [
    { path: '/metadata/labels/tier', value: 'front' },
    0,
    [
      '-metadata: {name: web, labels: {app: web}} # short',
      '+metadata: {name: web, labels: {app: web, tier: front}} # short',
    ],
  ],
  [{ path: '/spec/paused', value: true }, 0, ['+  paused: true']],
  [{ path: '/spec/strategy/rollingUpdate/maxSurge', value: '25%' }, 0, ['+    rollingUpdate:', '+      maxSurge: 25%']],
  [
    { path: `${web}/resources`, value: { limits: { cpu: '1' } } },
    0,
    ['+        resources:', '+          limits:', '+            cpu: "1"'],
  ],
  [{ path: `${web}/args`, value: ['--port=80', '--debug'] }, 0, ['+          - --debug']],
  [{ path: `${web}/args` }, 0, ['-        args:', '-          - --port=80']],
  [{ path: '/spec/template/spec/containers/[name=side]' }, 0, ['-      - name: side', '-        image: side:1']],
  [
    { path: `${web}/ports/[containerPort=80,protocol=TCP]/containerPort`, value: 81 },
    0,
    ['-          - {containerPort: 80, protocol: TCP}', '+          - {containerPort: 81, protocol: TCP}'],
  ],
  [
    { path: '/spec/template/spec/containers/[name=new]/image', value: 'n:1' },
    0,
    ['+      - name: new', '+        image: n:1'],
  ],
  [{ path: '/data/text', value: 'one\n2\n' }, 1, ['-    two', '+    2']],
  [{ path: '/data/text', value: 'one' }, 1, ['-  text: |', '-    one', '-    two', '+  text: one']],
  [{ path: '/data/quoted', value: "that's" }, 1, ["-  quoted: 'it''s'", "+  quoted: 'that''s'"]],
  [{ path: '/data/quoted', value: 'a\nb\n' }, 1, ["-  quoted: 'it''s'", '+  quoted: |', '+    a', '+    b']],
])('%j changes these lines and no others', (edit, index, changed) => {
  expect(lines(deployment, edited(edit, index))).toEqual(changed);
});

test('JSON stays JSON, line by line', () => {
  const text = '{\n  "data": {\n    "color": "red"\n  }\n}\n';
  const put = (edit: FieldEdit) => editField(text, 'a.json', 0, edit);
  expect(put({ path: '/data/color', value: 'blue' })).toEqual({ text: text.replace('red', 'blue'), line: 3 });
  expect(put({ path: '/data/size', value: '3' })).toMatchObject({
    text: '{\n  "data": {\n    "color": "red",\n    "size": "3"\n  }\n}\n',
  });
  expect(put({ path: '/data/color' })).toMatchObject({ text: '{\n  "data": {}\n}\n' });
});

test('line ends stay as they are', () => {
  const text = 'a:\r\n  b: 1\r\n  c: 2\r\n';
  expect(edited({ path: '/a/d', value: 3 }, 0, text)).toBe('a:\r\n  b: 1\r\n  c: 2\r\n  d: 3\r\n');
  expect(edited({ path: '/a/b', value: 5 }, 0, text)).toBe('a:\r\n  b: 5\r\n  c: 2\r\n');
});

test.each([
  ['a: &x {b: 1}\nc: *x\n', '/a/b', 'anchor'],
  ['a: &x {b: 1}\nc: *x\n', '/c/b', 'anchor'],
  ['a: [1, 2]\n', '/a/b', 'not where it is expected'],
  ['a: {b: 1\n', '/a/b', 'no valid YAML'],
  ['', '/a', 'changed'],
])('%j %s: says why not', (text, path, why) => {
  expect(editField(text, 'a.yaml', 0, { path, value: 2 })).toEqual({ why: expect.stringContaining(why) });
});

test.each([
  ['a: 1\n---\nb: 2\n', 1, 'a: 1\n'],
  ['a: 1\n---\nb: 2\n---\nc: 3\n', 1, 'a: 1\n---\nc: 3\n'],
  ['# top\n---\na: 1\n---\nb: 2\n', 0, 'b: 2\n'],
  ['a: 1\n', 0, ''],
])('%j without document %i', (text, index, left) => {
  expect(dropDocument(text, 'a.yaml', index)).toMatchObject({ text: left });
});

const name = fc.constantFrom('a', 'b', 'c', 'x.y/z', 'on');
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('x', '1', 'yes', 'two\nlines\n', "it's", ' # no', ''),
);
const { tree } = fc.letrec(tie => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.dictionary(name, tie('tree'), { maxKeys: 3 }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}));
const pointer = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map(steps => steps.map(step => `/${step.replaceAll('/', '~1')}`).join(''));

test('whatever is edited means what was asked for, or is refused', () => {
  let done = 0;
  fc.assert(
    fc.property(
      fc.dictionary(name, tree, { minKeys: 1, maxKeys: 4 }),
      pointer,
      fc.option(tree, { nil: undefined }),
      fc.boolean(),
      (before, path, value, isJson) => {
        const text = isJson ? JSON.stringify(before, null, 2) : stringify(before);
        const result = editField(text, isJson ? 'a.json' : 'a.yaml', 0, {
          path,
          ...(value === undefined ? {} : { value }),
        });
        if ('why' in result) return;
        done += 1;
        const wanted = withValue(before, stepsOf(path), value);
        expect(parseAllDocuments(result.text).map(document => (document as { toJS(): unknown }).toJS())).toEqual([
          wanted,
        ]);
      },
    ),
    { numRuns: 300 },
  );
  expect(done).toBeGreaterThan(100);
});
