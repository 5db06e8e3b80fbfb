import type { OperatorFlags } from '../config/flags.ts';
import type { ConfigPlace } from '../config/read.ts';
import type { Env, Log } from '../env/env.ts';
import type { LogFormat, LogLevel } from '../env/real/log.ts';
import type { Sync } from '../model/status.ts';

/**
 * What the command line does in its own process instead of asking an operator. It is loaded only for these commands, so
 * that the others start fast.
 */
export interface Local {
  /** Runs an operator and its API until the signal; resolves when all has stopped. */
  runOperator(env: Env, request: RunRequest, signal: AbortSignal): Promise<void>;
  /** The manifests of a directory, as YAML documents; secret values masked unless `reveal`. */
  renderPath(env: Env, request: RenderRequest, signal: AbortSignal): Promise<string>;
  /** One sync of a directory, without an operator. The answer has ended. */
  applyPath(env: Env, request: ApplyRequest, progress: (sync: Sync) => void, signal: AbortSignal): Promise<Sync>;
}

export type LoadLocal = () => Promise<Local>;

export interface RunRequest {
  flags: OperatorFlags;
  place: ConfigPlace;
  /** The same `Env` with such a log: known when the configuration has been read. */
  logging: (level: LogLevel, format: LogFormat) => Env;
  /** End what is supervised together with the operator. */
  stopProcesses: boolean;
  /**
   * Called with the API's address when it answers, and with the link to the first account where there is none. `log`: where that is
   * to be told, too, because a program reads along.
   */
  started: (url: string, setupLink: string | undefined, log: Log | undefined) => void;
}

export interface PathRequest {
  /** Flags about the target and the data directory; there is no repository. */
  flags: OperatorFlags;
  place: ConfigPlace;
  /** The directory with the application. Absolute. */
  path: string;
  /** Default: the directory's name. */
  name?: string;
  namespace?: string;
}

export interface RenderRequest extends PathRequest {
  reveal: boolean;
}

export interface ApplyRequest extends PathRequest {
  prune: boolean;
  dryRun: boolean;
  confirm: boolean;
}
