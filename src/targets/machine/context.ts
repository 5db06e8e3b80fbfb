import type { Env } from '../../env/env.ts';
import type { Inventory } from './inventory.ts';
import type { Roots } from './roots.ts';
import type { WatchedFiles } from './watched-files.ts';

/** What the parts of the machine target share. */
export interface MachineContext {
  env: Env;
  /** Releases and logs are below it. */
  root: string;
  name: string;
  inventory: Inventory;
  roots: Roots;
  files: WatchedFiles;
  /** Whom Holdfast runs as. */
  self: { uid: number; gid: number };
  changed(application: string): void;
}
