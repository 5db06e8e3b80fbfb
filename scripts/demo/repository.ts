import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { git } from './git.ts';
import { type DemoPlace, root } from './place.ts';
import { freePort } from './port.ts';

/** What the demo delivers, as files with `__PORT__`, `__SETTINGS__` and `__STATE__` in them. */
const templates = join(root, 'demo/fleet');
const wantedPort = 18_080;

export interface DemoRepository {
  /** Of the web server; undefined when what is declared by now has none. */
  port: number | undefined;
  /** Said to whoever started it, if not ''. */
  remark: string;
}

/** Makes the deployment repository on first use. Later it is the user's: it is only looked at. */
export async function openRepository(place: DemoPlace): Promise<DemoRepository> {
  const isThere = await access(place.repository).then(
    () => true,
    () => false,
  );
  if (isThere) return await readRepository(place);
  const port = await freePort(wantedPort);
  await createRepository(place, port);
  const remark = port === wantedPort ? '' : `Port ${wantedPort} is in use: the demo's web server takes ${port}.`;
  return { port, remark };
}

async function readRepository(place: DemoPlace): Promise<DemoRepository> {
  const inRepository = ['--git-dir', place.repository];
  const madeFor = await git([...inRepository, 'config', '--get', 'holdfast.demo']).catch(() => '');
  if (madeFor.trim() !== place.machine) {
    const advice = `remove ${dirname(place.repository)} to have a new one`;
    throw new Error(`${place.repository} was made for another place (${madeFor.trim()}): ${advice}.`);
  }
  const variables = await git([...inRepository, 'show', 'main:web/.env']).catch(() => '');
  const [, port] = /^PORT=(\d+)$/m.exec(variables) ?? [];
  return { port: port === undefined ? undefined : Number(port), remark: '' };
}

/** Whole or not at all. Without a work tree: the files go from here into Git's objects. */
async function createRepository(place: DemoPlace, port: number): Promise<void> {
  const values: Record<string, string> = { PORT: String(port), SETTINGS: place.settings, STATE: place.state };
  const temporary = `${place.repository}.new`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(dirname(place.repository), { recursive: true });
  await git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', temporary]);
  await git(['--git-dir', temporary, 'config', 'holdfast.demo', place.machine]);
  await git(['--git-dir', temporary, 'fast-import', '--quiet'], { input: await firstCommit(values) });
  await rename(temporary, place.repository);
}

async function firstCommit(values: Record<string, string>): Promise<string> {
  const when = `${Math.floor(Date.now() / 1000)} +0000`;
  const commands = ['commit refs/heads/main', `committer Holdfast demo <demo@localhost> ${when}`];
  commands.push(data('Three applications for one machine\n'));
  const entries = await readdir(templates, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter(entry => entry.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const text = await readFile(file, 'utf8');
    commands.push(`M 100644 inline ${relative(templates, file)}`);
    commands.push(data(text.replace(/__([A-Z]+)__/g, (whole, name) => values[name] ?? whole)));
  }
  return `${commands.join('\n')}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
