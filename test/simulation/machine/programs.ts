/**
 * What a simulated program does: words of its command line, or lines of a script, one after the other.
 * `serve 8080`, `serve 8080 status 500`, `sleep 5s`, `echo TEXT`, `crash-after 5s`, `exit 3`, `never-ready 8080`, `stubborn`.
 */
export interface Behaviour {
  /** Ports it listens on, the status it answers with, and after how long. */
  serves: { port: number; status: number; afterMs: number; version: string }[];
  output: string[];
  /** When it ends by itself, and how; undefined: never. */
  ends: { afterMs: number; code: number } | undefined;
  /** SIGTERM does nothing. */
  stubborn: boolean;
}

const words = ['serve', 'never-ready', 'crash-after', 'exit', 'sleep', 'echo', 'stubborn'];

/** Undefined when there is no such program. */
export function behaviourOf(command: string, args: readonly string[], script?: string): Behaviour | undefined {
  if (script !== undefined) {
    const lines = script.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'));
    return behave(lines.flatMap(line => line.trim().split(/\s+/)));
  }
  const name = command.slice(command.lastIndexOf('/') + 1);
  return words.includes(name) ? behave([name, ...args]) : undefined;
}

function behave(list: readonly string[]): Behaviour {
  const behaviour: Behaviour = { serves: [], output: [], ends: undefined, stubborn: false };
  let at = 0;
  let runs = false;
  for (let i = 0; i < list.length; i++) {
    const next = list[i + 1] ?? '';
    switch (list[i]) {
      case 'serve':
        behaviour.serves.push({ port: Number(next), status: 200, afterMs: at, version: '' });
        runs = true;
        break;
      case 'status': {
        const last = behaviour.serves.at(-1);
        if (last !== undefined) last.status = Number(next);
        break;
      }
      case 'version': {
        const last = behaviour.serves.at(-1);
        if (last !== undefined) last.version = next;
        break;
      }
      case 'never-ready':
        runs = true;
        break;
      case 'crash-after':
        behaviour.ends = { afterMs: at + milliseconds(next), code: 1 };
        break;
      case 'exit':
        behaviour.ends ??= { afterMs: at, code: Number(next) };
        break;
      case 'sleep':
        at += milliseconds(next);
        break;
      case 'echo':
        behaviour.output.push(next);
        break;
      case 'stubborn':
        behaviour.stubborn = true;
    }
  }
  if (!runs) behaviour.ends ??= { afterMs: at, code: 0 };
  return behaviour;
}

function milliseconds(text: string): number {
  const [, number = '0', unit = 's'] = /^([\d.]+)(ms|s|m)?$/.exec(text) ?? [];
  return Number(number) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
}
