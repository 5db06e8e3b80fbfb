import { progressOf } from '../model/progress.ts';
import type { ApplicationStatus } from '../model/status.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { ApplicationRow } from './schemas.ts';

/** What lists show: the status without resources, results and locks. */
export function toRow(status: ApplicationStatus): ApplicationRow {
  const { resources, operation, ...rest } = status;
  const counts = {
    resources: resources.length,
    outOfSync: resources.filter(({ sync }) => sync === 'OutOfSync').length,
  };
  if (operation === undefined) return { ...rest, counts };
  const { lock: _, results: __, ...running } = operation;
  return { ...rest, counts, operation: { ...running, ...progressOf(operation) } };
}

/**
 * Rows as text, made again only for applications that changed: a list of 10,000 is asked for by every open page and `apps`,
 * and is mostly the same as the last. A row is made again when its status is another object or was announced as changed.
 */
export class Rows {
  readonly #operator: Operator;
  readonly #texts = new Map<string, { status: ApplicationStatus; text: string }>();
  readonly #end: () => void;

  constructor(operator: Operator) {
    this.#operator = operator;
    this.#end = operator.onChange(name => this.#texts.delete(name));
  }

  text(status: ApplicationStatus): string {
    const known = this.#texts.get(status.name);
    if (known?.status === status) return known.text;
    const text = JSON.stringify(toRow(status));
    this.#texts.set(status.name, { status, text });
    return text;
  }

  /** JSON array of all that are to be shown. */
  list(shows: (status: ApplicationStatus) => boolean): string {
    const statuses = this.#operator.applications();
    if (this.#texts.size > statuses.length * 2) this.#texts.clear();
    const texts: string[] = [];
    for (const status of statuses) if (shows(status)) texts.push(this.text(status));
    return `[${texts.join(',\n')}]\n`;
  }

  close(): void {
    this.#end();
    this.#texts.clear();
  }
}
