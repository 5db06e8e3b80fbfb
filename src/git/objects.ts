import type { Child, Env } from '../env/env.ts';
import { asFailure, failure } from '../errors.ts';
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
  /** All of it, held in memory: ask `info` for the size before. Throws GIT_OBJECT_INVALID. */
  content(id: string): Promise<Buffer>;
  /** Pieces of a blob of any size, through a process of its own: a slow reader keeps nobody waiting. */
  stream(id: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Ends the process; the next question starts another. */
  reset(): void;
}

interface Question {
  line: string;
  withContent: boolean;
  answer(info: ObjectInfo | undefined, content: Buffer | undefined): void;
  fail(error: unknown): void;
}

interface Talk {
  questions: Question[];
  ask(question: Question): void;
  end(error?: unknown): void;
}

export function createObjects(env: Env, git: GitProgram, place: { directory: string; url: string }): Objects {
  let talk: Promise<Talk> | undefined;

  async function ask(
    line: string,
    withContent: boolean,
  ): Promise<{ info: ObjectInfo | undefined; content: Buffer | undefined }> {
    talk ??= start();
    const current = await talk;
    return await new Promise((resolve, fail) => {
      current.ask({ line, withContent, fail, answer: (info, content) => resolve({ info, content }) });
    });
  }

  async function start(): Promise<Talk> {
    try {
      const child = await git.spawn({ command: 'cat-file', options: ['--batch-command'], directory: place.directory });
      const started = converse(env, child, place.url, () => {
        talk = undefined;
      });
      return started;
    } catch (error) {
      talk = undefined;
      throw error;
    }
  }

  return {
    async info(name) {
      return (await ask(`info ${checked(name)}`, false)).info;
    },
    async content(id) {
      const { content } = await ask(`contents ${checked(id)}`, true);
      if (content === undefined) throw failure('GIT_OBJECT_INVALID', { url: place.url, id, reason: 'it is missing' });
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
        if (code !== 0) throw failure('GIT_OBJECT_INVALID', { url: place.url, id, reason: 'it cannot be read' });
      } finally {
        signal.removeEventListener('abort', kill);
        kill();
      }
    },
    reset() {
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

function converse(env: Env, child: Child, url: string, onEnd: () => void): Talk {
  const questions: Question[] = [];
  let ended = false;
  let stopWatch = env.timers.after(idleMs, () => end());

  function watch(): void {
    stopWatch();
    const late = () => failure('GIT_FAILED', { url, command: 'cat-file', reason: `no answer within ${silenceMs} ms` });
    stopWatch =
      questions.length > 0 ? env.timers.after(silenceMs, () => end(late())) : env.timers.after(idleMs, () => end());
  }

  function end(error?: unknown): void {
    if (ended) return;
    ended = true;
    stopWatch();
    onEnd();
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
      if (question.withContent && info !== undefined) {
        content = await reader.exactly(info.size);
        await reader.exactly(1);
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
