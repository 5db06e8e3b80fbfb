// Cases that nobody thought of: applies, updates and patches drawn by a number, so that a failure can be had again.
import type { Case, Step } from '../step.ts';
import { defined, undefinedAgain, widgets } from './definitions.ts';
import { apply, configMaps, create, get, patch, services } from './steps.ts';

type Fields = Record<string, unknown>;

/** Repeats itself after 2^32 draws: mulberry32. */
class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Each with an even chance, in this order or turned round. */
  some<T>(items: readonly T[]): T[] {
    const chosen = items.filter(() => this.below(2) === 0);
    return this.below(2) === 0 ? chosen : chosen.reverse();
  }

  texts(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.some(names).map(name => [name, this.one(['1', '2'])]));
  }

  maybe(name: string, value: () => unknown): Fields {
    return this.below(3) === 0 ? {} : { [name]: value() };
  }
}

const letters = ['a', 'b', 'c'];

const kinds = {
  ConfigMap: { where: configMaps, fields: (draw: Draw) => draw.maybe('data', () => draw.texts(letters)) },
  Service: {
    where: services,
    fields: (draw: Draw) => ({
      spec: {
        ...draw.maybe('selector', () => draw.texts(letters)),
        ports: [
          { port: 1, name: 'always' },
          ...draw.some([2, 3, 4]).map(port => ({
            ...{ port, name: `p${port}` },
            ...draw.maybe('protocol', () => draw.one(['TCP', 'UDP'])),
            ...draw.maybe('targetPort', () => draw.one([80, 'http'])),
          })),
        ],
      },
    }),
  },
  Widget: {
    where: widgets,
    fields: (draw: Draw) => ({
      spec: {
        ...draw.maybe('size', () => draw.below(2)),
        ...draw.maybe('parts', () =>
          draw.some(letters).map(name => ({ name, ...draw.maybe('value', () => draw.one(['1', '2'])) })),
        ),
        ...draw.maybe('tags', () => draw.some(letters)),
        ...draw.maybe('steps', () => draw.some(letters)),
        ...draw.maybe('options', () => draw.texts(letters)),
        ...draw.maybe('whole', () => draw.texts(['a', 'b'])),
        ...draw.maybe('free', () => ({ ...draw.texts(['x']), deep: draw.texts(['y', 'z']), list: draw.some(letters) })),
      },
    }),
  },
};

function metadata(draw: Draw): Fields {
  return {
    ...draw.maybe('labels', () => draw.texts(letters)),
    ...draw.maybe('annotations', () => draw.texts(['n', 'm'])),
    ...draw.maybe('finalizers', () => draw.some(['example.com/a', 'example.com/b'])),
  };
}

export function randomCase(kind: keyof typeof kinds, seed: number): Case {
  const draw = new Draw(seed);
  const { where, fields } = kinds[kind];
  const manager = () => draw.one(['one', 'two', 'three']);
  const write = (): Step => {
    switch (draw.below(4)) {
      case 0:
        return patch(where, 'it', 'merge', { ...fields(draw), metadata: metadata(draw) }, { as: `${manager()}/1` });
      case 1:
        return apply(manager(), where, 'it', fields(draw), metadata(draw), { force: false });
      default:
        return apply(manager(), where, 'it', fields(draw), metadata(draw));
    }
  };
  const first = draw.below(2) === 0 ? [create(where, 'it', fields(draw), metadata(draw), { as: 'one/1' })] : [];
  const steps = [...first, ...Array.from({ length: 9 }, write), get(where, 'it')];
  const free = patch(where, 'it', 'merge', { metadata: { finalizers: null } });
  const around = kind === 'Widget' ? { before: defined(), after: undefinedAgain } : { before: [], after: [] };
  return { name: `random ${kind} ${seed}`, steps: [...around.before, ...steps, free, ...around.after] };
}

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

export const randomCases: Case[] = [
  ...seeds(20).map(seed => randomCase('ConfigMap', seed)),
  ...seeds(15).map(seed => randomCase('Service', seed)),
  ...seeds(12).map(seed => randomCase('Widget', seed)),
];
