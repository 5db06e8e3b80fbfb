import type { Env } from '../env/env.ts';
import { failure, type HoldfastError } from '../errors.ts';
import { converse, type ObjectInfo, type Talk } from './batch.ts';
import { streamBlob } from './blob-stream.ts';
import { createGate } from './gate.ts';
import type { GitProgram } from './program.ts';

/** Of one repository, each a process. */
const maxStreams = 8;

/** Reads of one repository's objects, by id. One git process answers all of them, in turn; it is started when needed. */
export interface Objects {
  /** `name` is an id, or `ID^{commit}`; undefined when there is no such object. */
  info(name: string): Promise<ObjectInfo | undefined>;
  /** All of it, held in memory. Throws GIT_OBJECT_INVALID when it is missing or of another type, FILE_TOO_LARGE. */
  content(id: string, type: string, maxBytes: number): Promise<Buffer>;
  /** Pieces of a blob of any size, through a process of its own: a slow reader keeps nobody waiting. */
  stream(id: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Says that an object is not as it has to be, and remembers it. */
  invalid(id: string, reason: string): HoldfastError;
  /** Whether something was invalid since the last reset. */
  readonly damaged: boolean;
  /** Ends the process; the next question starts another. */
  reset(): void;
}

export function createObjects(env: Env, git: GitProgram, place: { directory: string; url: string }): Objects {
  const streams = createGate(maxStreams);
  let talk: Promise<Talk> | undefined;
  let damaged = false;

  function invalid(id: string, reason: string): HoldfastError {
    damaged = true;
    return failure('GIT_OBJECT_INVALID', { url: place.url, id, reason });
  }

  async function ask(
    line: string,
    maxBytes?: number,
  ): Promise<{ info: ObjectInfo | undefined; content: Buffer | undefined }> {
    talk ??= start();
    const current = await talk;
    return await new Promise((resolve, fail) => {
      current.ask({
        line,
        ...(maxBytes === undefined ? {} : { maxBytes }),
        fail,
        answer: (info, content) => resolve({ info, content }),
      });
    });
  }

  async function start(): Promise<Talk> {
    try {
      const child = await git.spawn({ command: 'cat-file', options: ['--batch-command'], directory: place.directory });
      return converse(env, child, place.url, error => {
        talk = undefined;
        damaged ||= error?.code === 'GIT_OBJECT_INVALID';
      });
    } catch (error) {
      talk = undefined;
      throw error;
    }
  }

  return {
    async info(name) {
      return (await ask(`info ${checked(name)}`)).info;
    },
    async content(id, type, maxBytes) {
      const { info, content } = await ask(`contents ${checked(id)}`, maxBytes);
      if (info === undefined) throw invalid(id, 'it is missing');
      if (info.type !== type) throw invalid(id, `it is a ${info.type} and no ${type}`);
      if (content === undefined) throw failure('FILE_TOO_LARGE', { path: `${type} ${id}`, limit: maxBytes });
      return content;
    },
    async *stream(id, signal) {
      const info = (await ask(`info ${checked(id)}`)).info;
      if (info?.type !== 'blob') throw failure('FILE_NOT_FOUND', { path: `blob ${id}` });
      const leave = await streams(signal);
      try {
        yield* streamBlob(git, place.directory, id, signal, () => invalid(id, 'it cannot be read'));
      } finally {
        leave();
      }
    },
    invalid,
    get damaged() {
      return damaged;
    },
    reset() {
      damaged = false;
      talk?.then(
        current => current.end(),
        () => {},
      );
      talk = undefined;
    },
  };
}

/** Names go to git line by line: nothing else than ids may. */
function checked(name: string): string {
  if (/^[0-9a-f]{4,40}(\^\{commit\})?$/.test(name)) return name;
  throw failure('INTERNAL', { reason: `${JSON.stringify(name.slice(0, 80))} is no object id` });
}
