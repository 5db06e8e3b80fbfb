import { expect, test } from 'vitest';
import { fieldPath } from './field-path.ts';

test.each([
  ['/spec/replicas', 'spec.replicas'],
  ['/spec/template/spec/containers/[name=web]/image', 'spec.template.spec.containers[name=web].image'],
  ['/metadata/annotations/example.org~1team', 'metadata.annotations["example.org/team"]'],
  ['/data/a.b~0c', 'data["a.b~c"]'],
  ['', ''],
])('%s is shown as %s', (path, text) => {
  expect(fieldPath(path)).toBe(text);
});
