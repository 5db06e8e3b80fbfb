import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { GitRepo } from '../../world/git-repo.ts';
import { startEnvironment, type UiEnvironment } from './environment.ts';
import { people, policy } from './people.ts';

// A machine without a cluster: real processes and files, a revision in quarantine, a process that does not stay up, a file that
// somebody has edited.

const day = 24 * 60 * 60_000;

const environment = () =>
  stringify({
    apiVersion: 'holdfast.dev/v1',
    kind: 'Environment',
    metadata: { name: 'workshop' },
    spec: {
      defaults: { project: 'workshop' },
      applications: [
        { name: 'printer', path: 'printer', health: { stable: '300ms', interval: '200ms' } },
        { name: 'camera', path: 'camera', health: { stable: '300ms', timeout: '2s', interval: '200ms' } },
        { name: 'sensors', path: 'sensors', health: { stable: '2s', timeout: '2s', interval: '500ms' } },
        { name: 'signs', path: 'signs', sync: { selfHeal: false } },
      ],
      projects: [
        {
          name: 'workshop',
          description: 'What runs beside the machines',
          sourceRepos: ['*'],
          destinations: [{ server: '*', namespace: '*' }],
          // Processes and files are in no namespace.
          clusterResourceWhitelist: [{ group: '*', kind: '*' }],
        },
      ],
    },
  });

/** Ends by itself some time: processes outlive their operator, and whoever kills the tests must not have them for ever. */
const loop = (line: string) => `n=0\nwhile [ $n -lt 5000 ]; do n=$((n + 1)); echo "${line}"; sleep 2; done\n`;

function files(srv: string): Record<string, string> {
  const signs = { version: '0.0', os: 'linux', files: [{ source: 'conf', destination: join(srv, 'signs') }] };
  return {
    'holdfast.yaml': environment(),
    'printer/Procfile': 'spooler: sh spooler.sh\nweb: sh web.sh --port $PORT\n',
    'printer/.env': 'PORT=6310\n',
    'printer/spooler.sh': loop('job $n: label 40x80 printed'),
    'printer/web.sh': `echo "printer at :$PORT"\n${loop('GET /jobs/$n 200')}`,
    'camera/Procfile': 'stream: sh stream.sh\n',
    'camera/stream.sh': loop('frame $n'),
    'sensors/Procfile': 'reader: sh reader.sh\n',
    'sensors/reader.sh': 'echo "no sensor answers on /dev/ttyUSB0"\nexit 3\n',
    'signs/appspec.yml': stringify(signs),
    'signs/conf/door.conf': 'text: Welcome\nbrightness: 60\n',
    'signs/conf/hall.conf': 'text: This way\nbrightness: 80\n',
  };
}

/** Ready when one revision is in quarantine and one file is edited. */
export async function startWorkshop(directory: string, webDirectory: string): Promise<UiEnvironment> {
  const srv = join(directory, 'srv');
  await mkdir(srv, { recursive: true });
  const repo = await GitRepo.create(directory, 'workshop.git');
  await repo.commit(files(srv), { message: 'The workshop', author: people.opsdev, at: Date.now() - 9 * day });
  const config = {
    name: 'workshop',
    interval: '2s',
    target: { machine: { root: join(directory, 'root'), allowedRoots: [srv] } },
    access: { policy },
  };
  const workshop = await startEnvironment({ directory, repo, config, webDirectory });
  const { test } = workshop;
  try {
    for (const name of ['camera', 'signs', 'printer']) await test.untilSynced(name);
    const broken = await repo.commit(
      { 'camera/stream.sh': 'echo "cannot open /dev/video1"\nexit 3\n' },
      { message: 'Use the second camera', author: people.oncall, at: Date.now() - 3 * 60_000 },
    );
    await test.refresh();
    await test.until('camera', ({ quarantined }) => quarantined?.revision === broken);
    await writeFile(join(srv, 'signs/door.conf'), 'text: Closed\nbrightness: 60\n');
    await test.until('signs', ({ sync }) => sync.status === 'OutOfSync');
  } catch (error) {
    await workshop[Symbol.asyncDispose]();
    throw error;
  }
  return workshop;
}
