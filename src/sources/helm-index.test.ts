import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { chartVersions } from './helm-index.ts';

const helms = `apiVersion: v1
entries:
  web:
  - apiVersion: v2
    description: |
      versions: of all kinds
      version: 9.9.9
    digest: abc
    maintainers:
    - name: x
      version: 8.8.8
    name: web
    urls:
    - https://h/web-1.1.0.tgz
    version: 1.1.0
  - version: "1.0.0"
    urls:
      - web-1.0.0.tgz
  "other":
    - version: 1.10
      urls: [other.tgz]
generated: "2026-01-01T00:00:00Z"
`;

test('the layout that Helm writes', () => {
  expect(chartVersions(helms, 'web')).toEqual([
    { version: '1.1.0', digest: 'abc', urls: ['https://h/web-1.1.0.tgz'] },
    { version: '1.0.0', urls: ['web-1.0.0.tgz'] },
  ]);
  expect(chartVersions(helms, 'other')).toEqual([{ version: '1.10', urls: ['other.tgz'] }]);
  expect(chartVersions(helms, 'apiVersion')).toBeUndefined();
  expect(chartVersions(helms, 'generated')).toBeUndefined();
  expect(chartVersions(helms.replaceAll('\n', '\r\n'), 'web')).toHaveLength(2);
});

test('other layouts', () => {
  const whole = parse(helms);
  whole.entries.other[0].version = '1.10.0';
  expect(chartVersions(JSON.stringify(whole), 'web')).toHaveLength(2);
  expect(chartVersions(stringify(whole, { defaultStringType: 'QUOTE_DOUBLE' }), 'web')).toHaveLength(2);
  expect(chartVersions('entries: {web: [{version: 1.0.0, urls: [x]}]}', 'web')).toHaveLength(1);
  expect(chartVersions('entries: {}', 'web')).toBeUndefined();
});

test.each([
  '',
  'x',
  '[]',
  'entries: 7',
  '{',
  '{"entries": 1}',
  '<html></html>',
  'entries:\n  web:\n  - version: 1.0.0\n',
])('no index: %j', text => {
  expect(() => chartVersions(text, 'web')).toThrow(/^(it|an entry) /);
});

test('aliases are not followed', () => {
  const bomb = `entries:\n  web:\n  - version: 1.0.0\n    urls: &a [x, x]\n  - version: 1.0.0\n    urls: [*a, *a]\n`;
  expect(() => chartVersions(bomb, 'web')).toThrow('an entry');
});

test('what is cut out is what a YAML parser sees', () => {
  const entry = fc.record({
    version: fc.stringMatching(/^\d{1,2}\.\d{1,2}\.\d{1,2}$/),
    description: fc.string({ maxLength: 200 }),
    urls: fc.array(fc.constantFrom('a.tgz', 'https://h/a.tgz', 'x: y', '- x'), { minLength: 1, maxLength: 3 }),
    keywords: fc.array(fc.constantFrom('version: 1', 'urls', '- x')),
  });
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const entries = fc.dictionary(name, fc.array(entry, { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 4 });
  fc.assert(
    fc.property(entries, fc.boolean(), (all, indentSeq) => {
      const text = stringify({ apiVersion: 'v1', entries: all, generated: 'x' }, { indentSeq });
      for (const [chart, versions] of Object.entries(all)) {
        expect(chartVersions(text, chart)).toEqual(versions.map(({ version, urls }) => ({ version, urls })));
      }
    }),
    { numRuns: 40 },
  );
});
