import { z } from 'zod';
import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { segment } from './names.ts';
import {
  type ApplicationRecord,
  applicationRecord,
  emptyRecord,
  type FileRecord,
  isEmpty,
  type JournalLine,
  journalLine,
} from './records.ts';

const maxBytes = 64 * 1024 * 1024;
/** A journal with more lines than this (and than files) is folded into the document. */
const maxJournal = 2_000;

export interface Inventory {
  /** Reads all documents. Those that are damaged are set aside: what they listed is found in the world again, and never deleted for their sake. */
  load(): Promise<void>;
  /** The document of the application, to be read and changed in place; `save` keeps the change. */
  of(application: string): ApplicationRecord;
  find(application: string): ApplicationRecord | undefined;
  all(): Iterable<ApplicationRecord>;
  /** What is known of the file, by whichever application has it: this one first. */
  file(path: string, application: string): FileRecord | undefined;
  /** Resolves when everything changed so far is on the disk. Calls at the same time share one write. */
  save(application: string): Promise<void>;
  /** The same where nothing but this file and the made directories changed: costs a line, however many files there are. */
  saveFile(application: string, path: string): Promise<void>;
}

/**
 * A document for each application, and beside it a journal of what changed since. The document names its generation;
 * journals of this and later generations count. Lines are on the disk when they are answered for: a file that a power
 * cut made nobody's could stand in the way of the next revision for ever.
 */
export function createInventory(env: Env, directory: string): Inventory {
  const records = new Map<string, ApplicationRecord>();
  const queues = new Map<string, Queue>();
  const documentPath = (application: string) => `${directory}/${segment(application)}.json`;
  const journalPath = (application: string, generation: number) =>
    `${directory}/${segment(application)}.${generation}.journal`;

  async function writeDocument(application: string): Promise<void> {
    const record = records.get(application);
    const { journals } = queueOf(application);
    const old = [...journals];
    if (record === undefined || isEmpty(record)) {
      records.delete(application);
      await env.files.remove(documentPath(application));
    } else {
      record.generation++;
      record.journal = 0;
      await env.files.writeAtomic(documentPath(application), JSON.stringify(record), { mode: 0o600 });
    }
    for (const generation of old) {
      await env.files.remove(journalPath(application, generation));
      journals.delete(generation);
    }
  }

  async function writeLines(application: string, paths: readonly string[]): Promise<void> {
    const record = records.get(application);
    const isNew = record === undefined || record.generation === 0 || isEmpty(record);
    if (isNew || record.journal > Math.max(maxJournal, Object.keys(record.files).length))
      return await writeDocument(application);
    const { files, directories } = record;
    const lines = paths.map((path): JournalLine => ({ path, record: files[path] ?? null }));
    const queue = queueOf(application);
    if (lines[0] !== undefined && queue.directories !== directories) lines[0].directories = directories;
    queue.directories = directories;
    record.journal += lines.length;
    queue.journals.add(record.generation);
    const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
    await env.files.append(journalPath(application, record.generation), text, { durable: true });
  }

  function queueOf(application: string): Queue {
    const found = queues.get(application) ?? { paths: new Set(), whole: false, journals: new Set() };
    queues.set(application, found);
    return found;
  }

  /** One write at a time; what comes meanwhile goes together in the next one. */
  async function flush(application: string): Promise<void> {
    const queue = queueOf(application);
    queue.next ??= (async () => {
      await queue.writing?.catch(() => {});
      const { paths, whole } = queue;
      Object.assign(queue, { paths: new Set(), whole: false });
      if (queue.next !== undefined) queue.writing = queue.next;
      delete queue.next;
      try {
        await (whole ? writeDocument(application) : writeLines(application, [...paths]));
      } catch (error) {
        // Nobody knows what of it is on the disk, and what comes next may not build on it.
        queue.whole = true;
        throw error;
      }
    })();
    await queue.next;
  }

  async function loadDocument(file: string, journals: readonly string[]): Promise<void> {
    const read = async (path: string) =>
      new TextDecoder().decode(await env.files.read(path, maxBytes, { noFollow: true }));
    const record = applicationRecord.parse(JSON.parse(await read(file)));
    for (const [generation, journal] of ownJournals(file, journals)) {
      if (generation < record.generation) continue;
      // The last line may be torn: it was not answered for.
      const lines = (await read(journal)).split('\n').slice(0, -1);
      for (const { path, record: changed, directories } of lines.map(line => journalLine.parse(JSON.parse(line)))) {
        if (changed === null) delete record.files[path];
        else record.files[path] = changed;
        record.directories = directories ?? record.directories;
      }
      record.generation = generation;
      // It may end in a torn line, which nothing may be appended to: the next write is the whole document.
      record.journal = Number.MAX_SAFE_INTEGER;
    }
    records.set(record.application, record);
    for (const [generation] of ownJournals(file, journals)) queueOf(record.application).journals.add(generation);
  }

  return {
    async load() {
      await env.files.makeDirectory(directory, { mode: 0o700 });
      const names = (await env.files.list(directory)).map(name => `${directory}/${name}`);
      const journals = names.filter(name => name.endsWith('.journal'));
      const documents = names.filter(name => name.endsWith('.json'));
      for (const journal of journals) {
        // Its document was removed, since the application had nothing any more.
        const isOrphan = !documents.some(file => ownJournals(file, [journal]).length > 0);
        if (isOrphan) await env.files.remove(journal);
      }
      for (const file of documents) {
        try {
          await loadDocument(file, journals);
        } catch (error) {
          // What could not be read now may be whole: only what was read, and is wrong, is given up.
          const isWrong = error instanceof SyntaxError || error instanceof z.ZodError;
          if (!isWrong) throw asFailure(error);
          const reason = 'it is not what Holdfast writes there';
          env.log.error('an inventory of this machine is damaged and was set aside', { file, reason });
          const mark = `damaged-${env.clock.now()}`;
          for (const [, journal] of ownJournals(file, journals)) await env.files.rename(journal, `${journal}.${mark}`);
          await env.files.rename(file, `${file}.${mark}`);
        }
      }
      settleDoubles(records.values());
    },
    of(application) {
      const found = records.get(application) ?? emptyRecord(application);
      records.set(application, found);
      return found;
    },
    find: application => records.get(application),
    all: () => records.values(),
    file(path, application) {
      const own = records.get(application)?.files[path];
      if (own !== undefined) return own;
      for (const { files } of records.values()) if (Object.hasOwn(files, path)) return files[path];
      return undefined;
    },
    async save(application) {
      queueOf(application).whole = true;
      await flush(application);
    },
    async saveFile(application, path) {
      queueOf(application).paths.add(path);
      await flush(application);
    },
  };
}

interface Queue {
  /** Not written yet. */
  paths: Set<string>;
  whole: boolean;
  /** Generations that have a journal on the disk. */
  journals: Set<number>;
  /** As the journal has them. */
  directories?: readonly string[];
  writing?: Promise<void>;
  next?: Promise<void>;
}

/** `NAME.GENERATION.journal` of the document `NAME.json`, oldest first. */
function ownJournals(document: string, journals: readonly string[]): [generation: number, path: string][] {
  const name = document.slice(0, -'json'.length);
  return journals
    .filter(path => path.startsWith(name) && /^\d+\.journal$/.test(path.slice(name.length)))
    .map((path): [number, string] => [Number(path.slice(name.length, -'.journal'.length)), path])
    .sort(([a], [b]) => a - b);
}

/** A file that was being taken over when Holdfast ended is in two documents: it belongs to who had it last. */
function settleDoubles(all: Iterable<ApplicationRecord>): void {
  const owners = new Map<string, ApplicationRecord>();
  for (const record of all) {
    for (const [path, { createdAt }] of Object.entries(record.files)) {
      const other = owners.get(path);
      const isLater = other === undefined || createdAt > (other.files[path]?.createdAt ?? 0);
      if (isLater) owners.set(path, record);
      if (other !== undefined) delete (isLater ? other : record).files[path];
    }
  }
}
