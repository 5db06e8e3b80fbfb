import type { Child, ExitResult } from '../../../src/env/env.ts';
import type { Effects } from './effects.ts';
import { Pipe } from './pipe.ts';

/** What a program that is talked with sees of the world. */
export interface ChildIo {
  /** Its stdout; comes to the engine a little later, in order. */
  say(bytes: Uint8Array): void;
  complain(text: string): void;
  exit(code: number): void;
  after(ms: number, fn: () => void): () => void;
  readonly alive: boolean;
}

/** A program: told what comes in, and that no more will. */
export interface ChildProgram {
  receive(bytes: Uint8Array): void;
  inputEnded(): void;
}

/** A child of an incarnation. It dies with it. */
export function simChild(effects: Effects, pid: number, begin: (io: ChildIo) => ChildProgram): Child {
  const { life, scheduler, chance } = effects;
  const stdout = new Pipe();
  const stderr = new Pipe();
  const { promise: exited, resolve: tellExit } = Promise.withResolvers<ExitResult>();
  let alive = true;
  let freeAt = 0;
  let inputFreeAt = 0;

  /** Pipes keep their order. */
  function inOrder(fn: () => void): void {
    freeAt = Math.max(freeAt + 0.001, scheduler.now() + chance.between(0.02, 0.2));
    life.after(freeAt - scheduler.now(), fn);
  }

  function hear(fn: () => void): void {
    inputFreeAt = Math.max(inputFreeAt + 0.001, scheduler.now() + chance.between(0.02, 0.2));
    scheduler.after(inputFreeAt - scheduler.now(), () => io.alive && fn());
  }

  function end(result: ExitResult): void {
    if (!alive) return;
    alive = false;
    inOrder(() => {
      stdout.end();
      stderr.end();
      tellExit(result);
    });
  }

  const io: ChildIo = {
    say: bytes => alive && inOrder(() => stdout.push(bytes)),
    complain: text => alive && inOrder(() => stderr.push(Buffer.from(text))),
    exit: code => end({ code, signal: undefined }),
    after: (ms, fn) => scheduler.after(ms, () => alive && life.alive && fn()),
    get alive() {
      return alive && life.alive;
    },
  };
  const program = begin(io);
  return {
    pid,
    async write(bytes) {
      if (!life.alive) return;
      if (!alive) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
      hear(() => program.receive(bytes));
    },
    endInput: () => hear(() => program.inputEnded()),
    stdout,
    stderr,
    exited,
    kill: signal => end({ code: undefined, signal }),
  };
}
