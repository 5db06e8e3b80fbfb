import { machineFilesOf } from '../histories/machine/fleet.ts';
import { installation, machineFleet, services } from '../histories/machine/reference.ts';
import { fileKey, fileObject, processKey, processObject } from '../machine/shapes.ts';
import type { Evidence, Head, KubeObject, Said, Seen } from './evidence.ts';
import { Timeline } from './timeline.ts';

const path = '/srv/site/conf';
const site = (rev: number) => machineFleet(installation('site', [{ path, rev }], { rev }));
const web = (rev: number, ails?: 'status') =>
  machineFleet(
    services('web', [ails === undefined ? { name: 'main' } : { name: 'main', ails }], { probe: 'http', rev }),
  );

function head(at: number, fleet: Parameters<typeof machineFilesOf>[0]): Head {
  return { at, commit: `commit-${at}`, files: new Map(Object.entries(machineFilesOf(fleet))) };
}

function seen(at: number, method: string, key: string, more: Partial<Seen>): Seen {
  return { at, userAgent: 'holdfast/1', method, path: key, dryRun: false, status: 200, ...more };
}

let versions = 0;

function ours(object: KubeObject, application: string): KubeObject {
  const annotations = { ...object.metadata?.annotations, 'holdfast.dev/application': `sim/${application}` };
  const managedFields = [{ manager: 'holdfast', fieldsV1: { 'f:holdfast.dev/application': {} } }];
  const uid = `${++versions}`;
  return { ...object, metadata: { ...object.metadata, annotations, managedFields, uid, resourceVersion: uid } };
}

function file(where: string, content: string): KubeObject {
  return ours(fileObject(where, { type: 'file', content, mode: '644', owner: 0 }), 'site');
}

/** As `web` declares it at this revision. */
function process(rev: number): KubeObject {
  const files = Object.fromEntries(
    Object.entries(machineFilesOf(web(rev))).flatMap(([name, text]) =>
      name.startsWith('apps/web/') ? [[name.slice('apps/web/'.length), text]] : [],
    ),
  );
  const env = { PORT: '8000', PASSWORD: `tOpSeCrEt-web-${rev}-x9` };
  const object = processObject('web/main', { command: ['serve', '8000', 'as', 'web/main'], env, began: files, files });
  return ours(object, 'web');
}

function evidence(heads: Head[], log: Seen[], more: Partial<Evidence> = {}): Evidence {
  const history = { seed: 1, words: '', target: 'machine', first: {}, actions: [], calmAt: 0, encores: [] } as const;
  const timeline = new Timeline();
  for (const { at, after } of log) if (after !== undefined) timeline.record(at, [after]);
  return {
    ...{ history: { ...history, actions: [], encores: [] }, heads, log, timeline },
    ...{ said: [], asked: [], lives: [], carried: [], effects: [], texts: [] },
    ...{ left: [], rests: [], encores: [], calmAt: 100_000, endedAt: 1_000_000 },
    ...more,
  };
}

const [key, main] = [fileKey(path), processKey('web', 'main')];
const byHand = file(path, 'by hand');
const running = process(1);
const healthy: Said = { at: 20, application: 'web', sync: 'Synced', revision: 'commit-0', health: 'Healthy' };

/** What happens on a machine, and which monitor has something to say about it; '' for none. */
export const machineCases: [string, string, Evidence][] = [
  [
    'a file as declared',
    '',
    evidence([head(0, site(1))], [seen(1, 'PATCH', key, { after: file(path, `rev 1 of ${path}\n`) })]),
  ],
  ['half a file', 'files', evidence([head(0, site(1))], [seen(1, 'PATCH', key, { after: file(path, 'rev 1') })])],
  [
    'a file outside of the roots',
    'files',
    evidence([head(0, site(1))], [seen(1, 'PATCH', fileKey('/etc/trap/conf'), { after: file('/etc/trap/conf', 'x') })]),
  ],
  [
    'somebody’s work thrown away with what Git dropped',
    'files',
    evidence(
      [head(0, site(1)), head(5, machineFleet(installation('site', [], { rev: 2 })))],
      [seen(1, 'PATCH', key, { after: byHand, userAgent: 'adept/1' }), seen(9, 'DELETE', key, { before: byHand })],
    ),
  ],
  [
    'a process that is started while it runs',
    'processes',
    evidence(
      [head(0, web(1))],
      [seen(1, 'PATCH', main, { after: running }), seen(2, 'PATCH', main, { before: running, after: process(1) })],
    ),
  ],
  [
    'a process that is ended for nothing',
    'processes',
    evidence(
      [head(0, web(1))],
      [seen(1, 'PATCH', main, { after: running }), seen(20, 'STOP', main, { before: running })],
    ),
  ],
  [
    'a process that is ended for a newer revision',
    '',
    evidence(
      [head(0, web(1)), head(10, web(2))],
      [
        seen(1, 'PATCH', main, { after: running }),
        seen(20, 'STOP', main, { before: running }),
        seen(21, 'PATCH', main, { after: process(2) }),
      ],
    ),
  ],
  [
    'what never gets well stays',
    'gives way',
    evidence(
      [head(0, web(1)), head(30, web(2, 'status'))],
      [seen(1, 'PATCH', main, { after: running }), seen(40, 'PATCH', main, { after: process(2) })],
      { said: [healthy] },
    ),
  ],
  [
    'what nothing ails of is quarantined',
    'gives way',
    evidence([head(0, site(1))], [seen(1, 'PATCH', key, { after: file(path, `rev 1 of ${path}\n`) })], {
      said: [{ ...healthy, application: 'site', quarantined: true }],
    }),
  ],
];
