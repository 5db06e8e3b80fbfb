import type { Resource } from '../access/words.ts';
import type { ResourceAct } from '../apply/act.ts';

/** What has to be allowed before a route answers. */
export interface Need {
  resource: Resource;
  action: string;
  /** What of it a policy may be narrowed to, of the resource with this key, named after the action: `delete/apps/Deployment/shop/web`. */
  narrowed?: (key: string) => string;
  /** Where the object comes from; whoever may not see it is told that it is not there. */
  of: 'application' | 'environment' | 'project' | 'token' | 'account' | 'person';
}

export type Right =
  | 'anyone'
  /** Everybody who is recognised; what they may not see is left out. */
  | 'recognised'
  | (Need & {
      /** Where no application is named. */
      otherwise?: Need;
      /** A further action for what the body asks. */
      also?: { action: string; words: string; when: (body: Record<string, unknown>) => boolean };
    });

const see = { resource: 'applications', action: 'get', of: 'application' } as const;
const look = { resource: 'targets', action: 'get', of: 'environment' } as const;

/** What each act on a resource needs, in Argo CD's words: `action/apps/Deployment/restart`. */
export const actNeeds = {
  restart: { action: 'action', narrowed: key => `${key.split('/').slice(0, 2).join('/')}/restart` },
  delete: { action: 'delete', narrowed: key => key },
} as const satisfies Record<ResourceAct, Pick<Need, 'action' | 'narrowed'>>;

/** The word that the policy has to allow. */
export function actionOf({ action, narrowed }: Pick<Need, 'action' | 'narrowed'>, key: string): string {
  return narrowed === undefined ? action : `${action}/${narrowed(key)}`;
}

/** Every address that no other route answers: pages of the web UI. */
export const pagesPath = '/*';

/**
 * Every route and what it needs. A route that is not here cannot be added to the server, docs/access.md is made from it, and a test
 * asks each of them as everybody.
 */
export const rights: Readonly<Record<string, Right>> = {
  'GET /*': 'anyone',
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  'GET /metrics': look,
  'GET /api/openapi.json': 'recognised',
  'GET /api/v1/whoami': 'recognised',
  'GET /api/v1/environment': 'recognised',
  'GET /api/v1/applications': 'recognised',
  'GET /api/v1/list': 'recognised',
  'GET /api/v1/list/changes': 'recognised',
  'GET /api/v1/applications/:name': see,
  'GET /api/v1/applications/:name/diff': see,
  'GET /api/v1/applications/:name/history': see,
  'GET /api/v1/applications/:name/row': see,
  'GET /api/v1/applications/:name/tree': see,
  'GET /api/v1/applications/:name/resources/:key': see,
  'GET /api/v1/applications/:name/resources/:key/events': see,
  'GET /api/v1/applications/:name/history/:id/diff': see,
  'GET /api/v1/applications/:name/revisions': see,
  'POST /api/v1/applications/:name/plan': see,
  'GET /api/v1/applications/:name/removal': see,
  'GET /api/v1/applications/:name/logs': { ...see, resource: 'logs' },
  'POST /api/v1/applications/:name/sync': {
    ...see,
    action: 'sync',
    also: {
      action: 'override',
      words: 'with `revision`, `force` or `replace`',
      when: ({ revision, force, replace }) => revision !== undefined || force === true || replace === true,
    },
  },
  'POST /api/v1/applications/:name/accept': { ...see, action: 'sync' },
  'POST /api/v1/applications/:name/propose': { ...see, action: 'propose' },
  'POST /api/v1/applications/:name/resources/:key/restart': { ...see, ...actNeeds.restart },
  'POST /api/v1/applications/:name/resources/:key/delete': { ...see, ...actNeeds.delete },
  'POST /api/v1/applications/:name/cancel': { ...see, action: 'sync' },
  'POST /api/v1/applications/:name/rollback': { ...see, action: 'rollback' },
  'POST /api/v1/applications/:name/suspend': { ...see, action: 'override' },
  'POST /api/v1/applications/:name/resume': { ...see, action: 'override' },
  'POST /api/v1/applications/:name/remove': { ...see, action: 'delete' },
  'POST /api/v1/refresh': { ...see, otherwise: look },
  'GET /api/v1/events': 'recognised',
  'GET /api/v1/events/stream': 'recognised',
  'GET /api/v1/timeline': 'recognised',
  'GET /api/v1/timeline/at': 'recognised',
  'GET /api/v1/drift': 'recognised',
  'GET /api/v1/projects': 'recognised',
  'GET /api/v1/repositories': 'recognised',
  'GET /api/v1/targets': 'recognised',
  'GET /api/v1/settings': look,
  'GET /api/v1/audit': 'recognised',
  'GET /api/v1/audit/export': look,
  'GET /api/v1/past': 'recognised',
  'GET /api/v1/past/rebuild': look,
  'GET /api/v1/past/delivery': 'recognised',
  'GET /api/v1/doctor': look,
  'GET /api/v1/tokens': 'recognised',
  'POST /api/v1/tokens': { resource: 'projects', action: 'update', of: 'project' },
  'POST /api/v1/tokens/:id/revoke': { resource: 'projects', action: 'update', of: 'token' },
  'GET /api/v1/session': 'anyone',
  'POST /api/v1/session/password': 'anyone',
  'POST /api/v1/session/passkey/begin': 'anyone',
  'POST /api/v1/session/passkey': 'anyone',
  'POST /api/v1/session/logout': 'anyone',
  'POST /api/v1/session/cli': 'recognised',
  'POST /api/v1/session/cli/token': 'anyone',
  'POST /api/v1/setup/look': 'anyone',
  'POST /api/v1/setup/passkey': 'anyone',
  'POST /api/v1/setup': 'anyone',
  'GET /auth/login': 'anyone',
  'GET /auth/callback': 'anyone',
  'GET /auth/command-line': 'anyone',
  'GET /api/v1/account': 'recognised',
  'POST /api/v1/account/password': 'recognised',
  'POST /api/v1/account/passkeys/begin': 'recognised',
  'POST /api/v1/account/passkeys': 'recognised',
  'POST /api/v1/account/passkeys/:id/remove': 'recognised',
  'GET /api/v1/account/sessions': 'recognised',
  'POST /api/v1/account/sessions/:id/end': 'recognised',
  'POST /api/v1/account/sessions/end-others': 'recognised',
  'GET /api/v1/accounts': 'recognised',
  'POST /api/v1/accounts/:name/invite': { resource: 'accounts', action: 'update', of: 'person' },
  'POST /api/v1/accounts/:name/disable': { resource: 'accounts', action: 'update', of: 'person' },
  'POST /api/v1/accounts/:name/enable': { resource: 'accounts', action: 'update', of: 'person' },
  'POST /api/v1/accounts/:name/remove': { resource: 'accounts', action: 'update', of: 'person' },
  'POST /api/v1/accounts/:name/demote': { resource: 'accounts', action: 'update', of: 'person' },
  'POST /api/v1/accounts/:name/sessions/end': { resource: 'accounts', action: 'update', of: 'person' },
  'GET /api/v1/rbac/can': { resource: 'accounts', action: 'get', of: 'account' },
};

/** Throws for a route without a row: nothing is served that nobody has thought about. */
export function rightOf(method: string, url: string): Right {
  const key = `${method} ${url}`;
  const right = Object.hasOwn(rights, key) ? rights[key] : undefined;
  if (right === undefined) throw new Error(`${key} has no row in the table of rights`);
  return right;
}
