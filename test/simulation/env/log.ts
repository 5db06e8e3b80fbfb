import type { Log, LogFields } from '../../../src/env/env.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

export interface LogEntry {
  at: number;
  operator: string;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

export function simLog(life: Life, scheduler: Scheduler, operator: string, entries: LogEntry[]): Log {
  const log =
    (level: LogEntry['level']) =>
    (message: string, fields: LogFields = {}) => {
      if (!life.alive || !scheduler.count()) return;
      entries.push({ at: scheduler.now(), operator, level, message, fields });
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
