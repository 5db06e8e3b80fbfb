import type { Log, LogFields } from '../env.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

/** `auto`: for a person where stderr is a terminal, otherwise for programs. */
export const logFormats = ['auto', 'plain', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** One JSON object a line on stderr: stdout belongs to what the user asked for. */
export function jsonLog(least: LogLevel, write: (line: string) => void = line => process.stderr.write(line)): Log {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (levels.indexOf(level) < levels.indexOf(least)) return;
      write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

/** For a person at a terminal: time, words, then the facts. */
export function plainLog(least: LogLevel, write: (line: string) => void = line => process.stderr.write(line)): Log {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (levels.indexOf(level) < levels.indexOf(least)) return;
      const facts = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => ` ${name}=${value}`)
        .join('');
      write(`${new Date().toTimeString().slice(0, 8)} ${level.padEnd(5)} ${message}${facts}\n`);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

/** `isTerminal`: whether somebody reads it as it comes. */
export function logAs(format: LogFormat, least: LogLevel, isTerminal: boolean): Log {
  const isPlain = format === 'plain' || (format === 'auto' && isTerminal);
  return isPlain ? plainLog(least) : jsonLog(least);
}
