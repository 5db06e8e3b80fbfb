import { mutate, narrowed, repaired } from './changes.ts';
import type { Draw } from './draw.ts';
import { drawFleet } from './draw-fleet.ts';
import { anywhere } from './events.ts';
import { type Fleet, filesOf, keyOfItem } from './fleet.ts';
import { drawHindrance } from './hindrance.ts';
import type { Deed, Subject } from './subject.ts';

/** Applications of a cluster. */
export const kubernetes: Subject<Fleet> = {
  ...{
    target: 'kubernetes',
    draw: drawFleet,
    filesOf,
    mutate,
    repaired,
    narrowed,
    mayHaveTwo: true,
    handiwork,
    hindrance: drawHindrance,
  },
  describe: ({ style, apps }) => `${style}, ${apps.length} applications`,
  apps: ({ apps }) =>
    apps.map(app => ({
      name: app.name,
      keys: app.items.filter(({ hook }) => hook === undefined).map(item => keyOfItem(item, app)),
    })),
  race: key => (key.startsWith('apiext') ? undefined : { do: 'replace', key }),
  events: [
    ...anywhere,
    () => ({ do: 'end watches' }),
    () => ({ do: 'compact' }),
    () => ({ do: 'take snapshot' }),
    () => ({ do: 'take snapshot' }),
  ],
};

const handiworks = [
  ...(['edit', 'edit', 'delete', 'delete', 'scale', 'strip', 'annotate', 'replace', 'copy', 'fight'] as const),
];

function handiwork(fleet: Fleet, draw: Draw): Deed {
  const app = draw.pick(fleet.apps);
  if (draw.is(0.08) && app.namespace !== '') return { do: 'delete namespace', name: app.namespace };
  const plain = app.items.filter(({ kind, hook }) => hook === undefined && kind !== 'Definition');
  if (plain.length === 0) return { do: 'end watches' };
  const key = keyOfItem(draw.pick(plain), app);
  return { do: 'handiwork', work: { do: draw.pick(handiworks), key } };
}
