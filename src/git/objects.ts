import type { Child, Env } from '../env/env.ts';
import { asFailure, failure, type HoldfastError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { gitFailure } from './git-failure.ts';
import type { GitProgram } from './program.ts';

/** Longest silence of git while it has questions to answer. */
const silenceMs = 30_000;
/** A process that nobody asked for so long is ended. */
const idleMs = 60_000;

export interface ObjectInfo {
  id: string;
  type: string;
  size: number;
}

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

interface Question {
  line: string;
  /** Largest content to hold; without it only the head is asked for. */
  maxBytes?: number;
  answer(info: ObjectInfo | undefined, content: Buffer | undefined): void;
  fail(error: unknown): void;
}

interface Talk {
  questions: Question[];
  ask(question: Question): void;
  end(error?: HoldfastError): void;
}

export function createObjects(env: Env, git: GitProgram, place: { directory: string; url: string }): Objects {
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
      signal.throwIfAborted();
      const call = {
        command: 'cat-file',
        options: ['blob'],
        operands: [checked(id)],
        directory: place.directory,
      } as const;
      const child = await git.spawn(call);
      const kill = () => child.kill('SIGKILL');
      signal.addEventListener('abort', kill, { once: true });
      try {
        yield* child.stdout;
        signal.throwIfAborted();
        const { code } = await child.exited;
        if (code !== 0) throw invalid(id, 'it cannot be read');
      } finally {
        signal.removeEventListener('abort', kill);
        kill();
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

function converse(env: Env, child: Child, url: string, onEnd: (error?: HoldfastError) => void): Talk {
  const questions: Question[] = [];
  let ended = false;
  let stopWatch = env.timers.after(idleMs, () => end());

  function watch(): void {
    stopWatch();
    const late = () => failure('GIT_FAILED', { url, command: 'cat-file', reason: `no answer within ${silenceMs} ms` });
    stopWatch =
      questions.length > 0 ? env.timers.after(silenceMs, () => end(late())) : env.timers.after(idleMs, () => end());
  }

  function end(error?: HoldfastError): void {
    if (ended) return;
    ended = true;
    stopWatch();
    onEnd(error);
    child.kill('SIGKILL');
    const reason = error ?? failure('GIT_FAILED', { url, command: 'cat-file', reason: 'the repository was closed' });
    for (const question of questions.splice(0)) question.fail(reason);
  }

  async function answer(): Promise<void> {
    const reader = new ByteReader(child.stdout);
    for (let line = await reader.line(4096); line !== undefined; line = await reader.line(4096)) {
      const info = parseInfo(line);
      const question = questions[0];
      if (question === undefined) throw new Error('an answer without a question');
      let content: Buffer | undefined;
      if (question.maxBytes !== undefined && info !== undefined) {
        if (info.size <= question.maxBytes) content = await reader.exactly(info.size);
        else await reader.skip(info.size);
        await reader.skip(1);
      }
      questions.shift();
      watch();
      question.answer(info, content);
    }
    const { code, signal } = await child.exited;
    throw gitFailure({ command: 'cat-file', url, code: code ?? -1, signal, stderr: await said }, []);
  }

  const said = beginning(child.stderr);
  answer().catch(error => end(asFailure(error)));
  return {
    questions,
    ask(question) {
      if (ended) return question.fail(failure('GIT_FAILED', { url, command: 'cat-file', reason: 'it has ended' }));
      questions.push(question);
      if (questions.length === 1) watch();
      child.write(Buffer.from(`${question.line}\n`)).catch(() => {}); // Told by the end of its output.
    },
    end,
  };
}

/** `ID TYPE SIZE`; anything else (`ID missing`, `ID ambiguous`) is no object. */
function parseInfo(line: string): ObjectInfo | undefined {
  const [, id = '', type = '', size = ''] = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(line) ?? [];
  return id === '' ? undefined : { id, type, size: Number(size) };
}

async function beginning(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  try {
    for await (const piece of stream) if (text.length < 4096) text += Buffer.from(piece).toString('utf8');
  } catch {
    // What it said so far is all there is.
  }
  return text;
}
