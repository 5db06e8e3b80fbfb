import type { Log, LogFields } from '../../../src/env/env.ts';
import type { Life } from './life.ts';

export interface LogEntry {
  at: number;
  operator: string;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

export function simLog(life: Life, now: () => number, operator: string, entries: LogEntry[]): Log {
  const log =
    (level: LogEntry['level']) =>
    (message: string, fields: LogFields = {}) => {
      if (life.alive) entries.push({ at: now(), operator, level, message, fields });
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
