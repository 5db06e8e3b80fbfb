import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { segment } from './names.ts';
import { type ApplicationRecord, applicationRecord, emptyRecord, isEmpty } from './records.ts';

const maxBytes = 64 * 1024 * 1024;

export interface Inventory {
  /** Reads all documents. Those that are damaged are set aside: what they listed is found in the world again, and never deleted for their sake. */
  load(): Promise<void>;
  /** The document of the application, to be read and changed in place; `save` keeps the change. */
  of(application: string): ApplicationRecord;
  find(application: string): ApplicationRecord | undefined;
  all(): Iterable<ApplicationRecord>;
  /** Resolves when everything changed so far is on the disk. Calls at the same time share one write. */
  save(application: string): Promise<void>;
}

export function createInventory(env: Env, directory: string): Inventory {
  const records = new Map<string, ApplicationRecord>();
  const writing = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();
  const path = (application: string) => `${directory}/${segment(application)}.json`;

  async function write(application: string): Promise<void> {
    const record = records.get(application);
    if (record === undefined || isEmpty(record)) {
      records.delete(application);
      await env.files.remove(path(application));
    } else {
      await env.files.writeAtomic(path(application), JSON.stringify(record), { mode: 0o600 });
    }
  }

  return {
    async load() {
      await env.files.makeDirectory(directory, { mode: 0o700 });
      for (const name of await env.files.list(directory)) {
        if (!name.endsWith('.json')) continue;
        const file = `${directory}/${name}`;
        try {
          const text = new TextDecoder().decode(await env.files.read(file, maxBytes, { noFollow: true }));
          const record = applicationRecord.parse(JSON.parse(text));
          records.set(record.application, record);
        } catch (error) {
          env.log.error('an inventory of this machine is damaged and was set aside', {
            file,
            reason: asFailure(error).code,
          });
          await env.files.rename(file, `${file}.damaged-${env.clock.now()}`);
        }
      }
    },
    of(application) {
      const found = records.get(application) ?? emptyRecord(application);
      records.set(application, found);
      return found;
    },
    find: application => records.get(application),
    all: () => records.values(),
    async save(application) {
      // A write under way may have missed the newest change: wait for the one after it, together with all who came meanwhile.
      const before = writing.get(application);
      if (before === undefined) {
        const now = write(application).finally(() => writing.delete(application));
        writing.set(application, now);
        return await now;
      }
      let next = waiting.get(application);
      if (next === undefined) {
        next = before
          .catch(() => {})
          .then(() => {
            waiting.delete(application);
            return this.save(application);
          });
        waiting.set(application, next);
      }
      await next;
    },
  };
}
