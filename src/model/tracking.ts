import { createHash } from 'node:crypto';

/** Label and annotation by which what runs is known as an application's: the label to select by, the annotation with the whole name. */
export const trackingName = 'holdfast.dev/application';

/**
 * What the annotation says. Environments that share a cluster may have applications of one name, and must never prune each
 * other's: so the environment is part of it, where there is one.
 */
export function markOf(environment: string, application: string): string {
  return environment === '' ? application : `${environment}/${application}`;
}

/** The application that a mark means to this environment: its plain name, or the whole mark when it is another environment's. */
export function applicationOfMark(environment: string, mark: string): string {
  return environment !== '' && mark.startsWith(`${environment}/`) ? mark.slice(environment.length + 1) : mark;
}

/** An application's name as a label value: as it is where it fits, else shortened, with a hash to stay apart from its like. */
export function labelForm(application: string): string {
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(application)) return application;
  const hash = createHash('sha256').update(application).digest('hex').slice(0, 10);
  const start = application
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 52);
  return start === '' ? hash : `${start}-${hash}`;
}
