import { expect, test } from 'vitest';
import { fieldPath, readable } from './field-path.ts';

test.each([
  ['/spec/replicas', 'spec.replicas'],
  ['/spec/template/spec/containers/[name=web]/image', 'spec.template.spec.containers[name=web].image'],
  ['/metadata/annotations/example.org~1team', 'metadata.annotations["example.org/team"]'],
  ['/data/a.b~0c', 'data["a.b~c"]'],
  ['', ''],
])('%s is shown as %s', (path, text) => {
  expect(fieldPath(path)).toBe(text);
});

test('what is long and has parts stands on lines of its own', () => {
  const long = { a: 'x'.repeat(100) };
  expect(readable(JSON.stringify(long))).toBe(JSON.stringify(long, undefined, 2));
  expect(readable('{"a":1}')).toBe('{"a":1}');
  expect(readable(`{${'x'.repeat(100)}`)).toBe(`{${'x'.repeat(100)}`);
});
