import type { Child, Env } from '../env/env.ts';
import { asFailure, failure, type HoldfastError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { gitFailure } from './git-failure.ts';

/** Longest silence of git while it has questions to answer. */
const silenceMs = 30_000;
/** A process that nobody asked for so long is ended. */
const idleMs = 60_000;

export interface ObjectInfo {
  id: string;
  type: string;
  size: number;
}

export interface Question {
  line: string;
  /** Largest content to hold; without it only the head is asked for. */
  maxBytes?: number;
  answer(info: ObjectInfo | undefined, content: Buffer | undefined): void;
  fail(error: unknown): void;
}

/** A conversation with `git cat-file --batch-command`: lines in, answers out, in turn. */
export interface Talk {
  ask(question: Question): void;
  end(error?: HoldfastError): void;
}

export function converse(env: Env, child: Child, url: string, onEnd: (error?: HoldfastError) => void): Talk {
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
