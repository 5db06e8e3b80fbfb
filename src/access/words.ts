/**
 * What policies speak about, in Argo CD's words. `perProject`: an object is `PROJECT/NAME`, otherwise a name. A policy may name
 * what Holdfast does not have (yet), so that one that was written for Argo CD is understood as it is.
 */
export const resources = {
  applications: {
    perProject: true,
    actions: ['get', 'create', 'update', 'delete', 'sync', 'rollback', 'override', 'propose', 'action'],
    about: 'Applications, their resources and their history',
  },
  applicationsets: { perProject: true, actions: ['get', 'create', 'update', 'delete'], about: 'ApplicationSets' },
  logs: { perProject: true, actions: ['get'], about: 'What the processes of an application print' },
  exec: { perProject: true, actions: ['create', 'debug'], about: 'Programs run inside of what runs' },
  projects: { perProject: false, actions: ['get', 'create', 'update', 'delete'], about: 'Projects and their tokens' },
  targets: {
    perProject: false,
    actions: ['get', 'create', 'update', 'delete'],
    about: 'The environment and its target; `clusters` means the same',
  },
  repositories: { perProject: false, actions: ['get', 'create', 'update', 'delete'], about: 'Repositories' },
  'write-repositories': {
    perProject: false,
    actions: ['get', 'create', 'update', 'delete'],
    about: 'Repositories to write to',
  },
  accounts: { perProject: false, actions: ['get', 'update'], about: 'Accounts, and what they may do' },
  certificates: { perProject: false, actions: ['get', 'create', 'update', 'delete'], about: 'Certificates' },
  gpgkeys: { perProject: false, actions: ['get', 'create', 'delete'], about: 'Keys of those who sign commits' },
  extensions: { perProject: false, actions: ['invoke'], about: 'Extensions' },
} as const satisfies Record<string, { perProject: boolean; actions: readonly string[]; about: string }>;

export type Resource = keyof typeof resources;

export const resourceNames = Object.keys(resources) as Resource[];

/** Other words for the same. */
const aliases: Partial<Record<Resource, string>> = { targets: 'clusters' };

/** Every word for a resource. */
export function wordsOf(resource: Resource): string[] {
  const other = aliases[resource];
  return other === undefined ? [resource] : [resource, other];
}

export function resourceNamed(word: string): Resource | undefined {
  return resourceNames.find(name => wordsOf(name).includes(word));
}

/** `update`, `delete` and `action` may be narrowed: `delete/apps/Deployment/shop/web`, `action/apps/Deployment/restart`. */
const narrowed: ReadonlySet<string> = new Set(['update', 'delete', 'action']);
const allActions: ReadonlySet<string> = new Set(
  resourceNames.flatMap((name): readonly string[] => resources[name].actions),
);

export function isAction(word: string): boolean {
  const [first = '', ...rest] = word.split('/');
  return allActions.has(first) && (rest.length === 0 || narrowed.has(first));
}
