import { posix } from 'node:path';
import { nameIn } from '../../machine/shapes.ts';
import type { Doer, MachineView } from '../../machine/view.ts';
import { dataDirectory, type SimWorld } from '../../world.ts';
import type { Handiwork } from '../history.ts';
import { fightMs } from '../people.ts';

const releases = `${dataDirectory}/machine/releases`;
/** Where nobody but the system has anything to write. */
export const trap = '/etc/trap';

/** Somebody at the keyboard of the machine, who knows nothing of Holdfast. */
export class MachinePeople {
  readonly #world: SimWorld;
  readonly #view: MachineView;
  #edits = 0;

  constructor(world: SimWorld, view: MachineView) {
    this.#world = world;
    this.#view = view;
    world.disk.makeDirectory(trap);
    view.take('adept/1');
  }

  do(work: Handiwork): void {
    this.as('adept/1', () => this.#do(work));
  }

  deleteNamespace(): void {}

  /** What happens in it is not Holdfast's. */
  as(doer: Doer, work: () => void): void {
    this.#view.take('holdfast/1');
    work();
    this.#view.take(doer);
  }

  #do({ do: deed, key }: Handiwork): void {
    if (key.startsWith('machine/Process/')) this.#withProcess(deed, nameIn(key));
    else this.#withFile(deed, nameIn(key));
  }

  #withFile(deed: Handiwork['do'], path: string): void {
    const { disk } = this.#world;
    const there = disk.find(path, false);
    const directory = posix.dirname(path);
    if (there?.type !== 'file' || disk.find(directory, false)?.type !== 'directory') return;
    const deeds: Partial<Record<Handiwork['do'], () => void>> = {
      edit: () => void disk.replace(path, this.#text(), there.mode),
      delete: () => disk.remove(path, false),
      annotate: () => {
        there.mode = 0o640;
        disk.touch(path);
      },
      replace: () => {
        disk.remove(path, false);
        disk.makeDirectory(path);
        disk.replace(`${path}/inside`, this.#text());
      },
      copy: () => void disk.replace(`${directory}/by-hand-${this.#edits}`, this.#text()),
      fight: () => this.#again(() => this.#withFile('edit', path)),
      link: () => this.#lead(directory),
    };
    deeds[deed]?.();
  }

  /** The directory becomes a link to where nothing is to be written, for half a minute. */
  #lead(directory: string): void {
    const { disk, scheduler } = this.#world;
    const kept = `${directory}.kept`;
    if (disk.find(kept, false) !== undefined || directory.split('/').length < 3) return;
    disk.rename(directory, kept);
    disk.link(trap, directory);
    const back = () => {
      if (disk.find(directory, false)?.type !== 'symlink') return;
      disk.remove(directory, false);
      disk.rename(kept, directory);
    };
    scheduler.after(fightMs, () => this.as('adept/1', back));
  }

  #withProcess(deed: Handiwork['do'], name: string): void {
    const { machine, disk } = this.#world;
    const process = machine.running().find(({ args }) => args.includes(name));
    if (process === undefined) return;
    const file = `${process.cwd}/version`;
    const deeds: Partial<Record<Handiwork['do'], () => void>> = {
      kill: () => machine.end(process, { code: undefined, signal: 'SIGKILL' }),
      edit: () => void disk.replace(file, this.#text()),
      delete: () => disk.remove(file, false),
      copy: () => void disk.replace(`${process.cwd}/by-hand-${this.#edits}`, this.#text()),
      wipe: () => disk.remove(process.cwd, true),
      fight: () => this.#again(() => this.#withProcess('kill', name), 4_000),
    };
    // Where somebody has wiped it, there is nothing to work in.
    const isThere = disk.find(process.cwd, true)?.type === 'directory';
    if (process.cwd.startsWith(releases) && (isThere || deed === 'kill')) deeds[deed]?.();
  }

  #again(work: () => void, every = 500): void {
    for (let ms = 0; ms < fightMs; ms += every) this.#world.scheduler.after(ms, () => this.as('adept/1', work));
  }

  #text(): string {
    return `by hand ${this.#edits++}\n`;
  }
}
