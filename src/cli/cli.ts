import type { Env } from '../env/env.ts';
import type { LogFormat, LogLevel } from '../env/real/log.ts';
import type { LoadLocal } from './local.ts';
import type { Style } from './style.ts';

/** What every command is given. */
export interface Cli {
  env: Env;
  /** The same, with such a log on stderr. */
  logging(level: LogLevel, format: LogFormat): Env;
  terminal: Terminal;
  /** Aborted by Ctrl-C and SIGTERM. */
  signal: AbortSignal;
  /** Here, for relative paths. */
  directory: string;
  local: LoadLocal;
}

export interface Terminal {
  /** Lines of the answer: stdout. */
  print(text: string): void;
  /** Lines about the work: stderr. */
  note(text: string): void;
  style: Style;
  /** Of notes; stdout may be a file while stderr is not. */
  noteStyle: Style;
}
