import { describe, expect, it } from 'vitest';
import { applicationOf } from '../model/testing.ts';
import { type Declarations, emptyCatalog, nextCatalog } from './catalog.ts';

function declared(names: string[], change: Partial<Declarations> = {}): Declarations {
  return {
    origin: 'git',
    applications: names.map(name => applicationOf({}, { name })),
    projects: [],
    problems: [],
    complete: true,
    ...change,
  };
}

function namesAfter(before: string[], after: Declarations): string[] {
  const previous = nextCatalog(emptyCatalog, [declared(before)]);
  return [...nextCatalog(previous, [after]).applications.keys()].sort();
}

describe('the catalog', () => {
  it.each<[string, string[], Declarations, string[]]>([
    ['takes what is new', ['a'], declared(['a', 'b']), ['a', 'b']],
    ['lets go of what is no longer declared', ['a', 'b'], declared(['a']), ['a']],
    ['keeps all while not everything can be read', ['a', 'b'], declared(['a'], { complete: false }), ['a', 'b']],
    ['keeps all when most are gone at once', ['a', 'b', 'c', 'd', 'e'], declared(['a']), ['a', 'b', 'c', 'd', 'e']],
    ['lets a few go', ['a', 'b', 'c'], declared(['c']), ['c']],
    ['keeps all when nothing is declared any more', ['a', 'b'], declared([]), ['a', 'b']],
    ['lets the only one go', ['a'], declared([]), []],
    ['lets all go for others', ['a', 'b'], declared(['c']), ['c']],
  ])('%s', (_, before, after, expected) => {
    expect(namesAfter(before, after)).toEqual(expected);
  });

  it('keeps what was declared in a file that is no longer readable, and lets go of the rest', () => {
    const [a, b] = ['a', 'b'].map(name =>
      applicationOf({}, { name, origin: { kind: 'git', path: `env/${name}.yaml` } }),
    );
    const previous = nextCatalog(emptyCatalog, [
      { ...declared([]), applications: [a, b].filter(one => one !== undefined) },
    ]);
    const after = nextCatalog(previous, [declared([], { unreadable: ['env/b.yaml'] })]);
    expect([...after.applications.keys()]).toEqual(['b']);
  });

  it('keeps the first of two of one name and says so', () => {
    const other = declared([]);
    other.applications = [applicationOf({}, { name: 'a', origin: { kind: 'cluster', path: 'argocd/a' } })];
    const catalog = nextCatalog(emptyCatalog, [declared(['a']), other]);
    expect(catalog.applications.get('a')?.origin.kind).toBe('git');
    expect(catalog.problems).toEqual([
      expect.stringContaining('argocd/a: an application a is declared in holdfast.yaml already'),
    ]);
  });

  it('keeps what was declared in a place that cannot be read, and lets go of the rest', () => {
    const inCluster = applicationOf({}, { name: 'c', origin: { kind: 'cluster', path: 'Application/argocd/c' } });
    const cluster = { ...declared([]), origin: 'cluster' as const, applications: [inCluster] };
    const previous = nextCatalog(emptyCatalog, [declared(['a']), cluster]);
    const after = nextCatalog(previous, [declared([], { complete: false }), { ...cluster, applications: [] }]);
    expect([...after.applications.keys()]).toEqual(['a']);
  });
});
