import type { ChildIo, ChildProgram } from '../env/child.ts';
import type { Faults } from '../env/faults.ts';
import type { Life } from '../env/life.ts';
import { BareRepository } from './bare.ts';
import type { GitWorld } from './program.ts';

export interface CatFileParts {
  world: GitWorld;
  faults: Faults;
  life: Life;
  directory: string;
}

/** `git cat-file --batch-command`: answers line by line, in order. */
export function catFileBatch({ world, faults, life, directory }: CatFileParts, io: ChildIo): ChildProgram {
  const repository = BareRepository.at(world.disk, directory);
  const lines: string[] = [];
  let text = '';
  let silent = false;
  let busy = false;
  if (repository === undefined) {
    io.complain(`fatal: not a git repository: '${directory}'\n`);
    io.after(0, () => io.exit(128));
  }

  function answer(line: string): void {
    const verdict = faults.meet('git.read', `cat-file ${line.slice(0, 17)}`);
    if (verdict?.do === 'crash-before') life.crash();
    if (verdict?.do === 'hang' || verdict?.do === 'drop') silent = true;
    if (verdict?.do === 'fail') {
      io.complain('fatal: packfile is corrupt\n');
      io.exit(128);
    }
    if (silent || !io.alive) return;
    const said = answerTo(line);
    const isCut = verdict?.do === 'truncate' || verdict?.do === 'fail-after';
    const piece = isCut ? said.subarray(0, said.length >> 1) : said;
    const send = () => {
      io.say(piece);
      if (isCut) io.exit(128);
      if (verdict?.do === 'crash-after') life.crash();
    };
    if (verdict?.do !== 'delay') {
      send();
      return;
    }
    busy = true;
    io.after(verdict.ms ?? 1_000, () => {
      busy = false;
      send();
      answerAll();
    });
  }

  function answerAll(): void {
    while (!busy && lines.length > 0) answer(lines.shift() ?? '');
  }

  function answerTo(line: string): Buffer {
    const [command, name = ''] = line.split(' ');
    const id = repository?.resolve(name);
    const object = id === undefined ? undefined : repository?.object(id);
    if (object === undefined) return Buffer.from(`${name} missing\n`);
    const head = Buffer.from(`${id} ${object.type} ${object.bytes.length}\n`);
    return command === 'contents' ? Buffer.concat([head, object.bytes, Buffer.from('\n')]) : head;
  }

  return {
    receive(bytes) {
      text += Buffer.from(bytes).toString('utf8');
      const whole = text.split('\n');
      text = whole.pop() ?? '';
      lines.push(...whole);
      if (repository !== undefined) answerAll();
    },
    inputEnded: () => io.exit(0),
  };
}

/** `git cat-file blob -- ID`: its bytes. */
export function catFileBlob({ world, directory }: CatFileParts, id: string, io: ChildIo): ChildProgram {
  const object = BareRepository.at(world.disk, directory)?.object(id);
  io.after(0.5, () => {
    if (object === undefined) {
      io.complain(`fatal: Not a valid object name ${id}\n`);
      return io.exit(128);
    }
    io.say(object.bytes);
    io.exit(0);
  });
  return { receive() {}, inputEnded() {} };
}
