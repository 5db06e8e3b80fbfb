import { z } from 'zod';

/** What is recorded, and what each word means. docs/audit.md is made from this table. */
export const auditActions = {
  'audit.begun': 'The log begins; `detail.key` is the fingerprint of the key that signs it',
  'audit.checkpoint': 'All records before this one are signed: `detail.signature`, by the key `detail.key`',
  'audit.recovered':
    'A crash left half a line at the end of `detail.file`; it stays there, and the log goes on in a new file',
  'audit.damaged':
    'What stands at the end of `detail.file` are no records; it stays there, and the log goes on in a new file',
  'audit.gap':
    'The log could not be written from `detail.since` on; `detail.lost` records are missing, the others follow late',
  'audit.retired':
    'The file `detail.file`, with the records up to `detail.record`, is removed: what is in it is older than what is to be kept',
  'audit.carried':
    'What ran of an application at `detail.asOf`, where what is removed ends; the last one, of no application, ends them and says where the environment was in Git',
  'operator.started': 'An operator started. Where no `operator.stopped` comes before it, the one before was killed',
  'operator.stopped': 'The operator was stopped',
  'git.moved': 'The environment’s place in Git is at another commit',
  'application.added': 'An application was declared',
  'application.changed': 'The declaration of an application changed: `detail.fields` names what of it',
  'application.removed': 'An application is no longer declared',
  'application.forgotten': 'An application that is no longer declared is gone, or was let go of',
  'project.added': 'A project was declared',
  'project.changed': 'The rules of a project changed',
  'project.removed': 'A project is no longer declared',
  'revision.declared': 'Git has something newer for an application; `detail.repository` is where',
  'sync.started': 'A sync began, or was taken up again after a restart',
  'sync.ended': 'A sync ended',
  'sync.cancelled': 'A person ended a sync; automation does not begin it again by itself',
  'sync.confirmed': 'A person gave their word for deletes that wait for one',
  'drift.found':
    'A resource is not as it was delivered: `detail.resource`. `who` made it so, as far as the target knows, at `detail.madeAt`',
  'drift.proposed':
    'A person had what is live proposed to Git, as `detail.commit` on `detail.branch`; nothing is so until somebody merges it',
  'heal.started': 'A repair of what was changed by hand in the target began',
  'heal.ended': 'A repair ended',
  'revision.adopted': 'What runs was found to be as Git declares it, without a sync',
  'revision.healthy': 'What was delivered has shown that it works',
  'health.degraded': 'An application is Degraded',
  'health.restored': 'An application that was Degraded is Healthy again',
  'override.suspended': 'Automation was stopped for an application',
  'override.resumed': 'A suspension, a pin, a quarantine and what a cancelled sync left were ended',
  'override.pinned': 'A person chose a revision, in the place of what Git says',
  'override.unpinned': 'A pin ended: Git has something newer, or what was chosen is what Git says',
  'quarantine.set': 'A revision did not work and is not tried again until Git changes',
  'quarantine.cleared': 'A revision may be tried again',
  'removal.asked': 'A person had an application deleted, or let go of it (`detail.orphan`)',
  'resource.restarted': 'A person had what runs of a resource begin anew: `detail.resource`',
  'resource.deleted': 'A person deleted one resource, or one that it has made: `detail.resource`',
  'request.refused': 'What a person asked for is not allowed',
  'policy.refused': 'What Git declares is not allowed, and not delivered',
  'access.login': 'Somebody signed in, or could not',
  'access.logout': 'Somebody signed out, or a session was ended',
  'access.denied': 'Somebody asked for what their roles do not allow',
  'access.changed':
    'Users, roles or settings of access changed; of what Git or, by `holdfast`, the operator’s own configuration says, `detail.fields` names what of it',
  'settings.changed':
    'What Git says of the environment itself changed: `detail.fields`; it takes effect at the next start. Or, by `holdfast`, what the operator’s own configuration says, since it ran last',
  'token.created': 'A token was made',
  'token.revoked': 'A token was ended before its time',
} as const;

export type AuditAction = keyof typeof auditActions;
export const auditActionNames = Object.keys(auditActions) as AuditAction[];

/** Longest text of any field. */
const maxText = 1_000;
const text = z.string().overwrite(given => (given.length > maxText ? `${given.slice(0, maxText - 1)}…` : given));

/** All that can be said besides; there is no field for anything else, so that nothing else gets in. */
const detail = z.object({
  sync: text.exactOptional().describe('Id of the sync'),
  reason: text.exactOptional(),
  message: text.exactOptional(),
  attempt: z.number().exactOptional(),
  dryRun: z.boolean().exactOptional(),
  created: z.number().exactOptional().describe('Resources'),
  changed: z.number().exactOptional(),
  deleted: z.number().exactOptional(),
  hooks: z.number().exactOptional(),
  failed: z.number().exactOptional(),
  milliseconds: z.number().exactOptional(),
  orphan: z.boolean().exactOptional(),
  declaredAt: text.exactOptional().describe('Commit of the environment’s repository that declared it'),
  environment: text.exactOptional().describe('Name of the environment'),
  subject: text.exactOptional().describe('First line of the commit’s message'),
  committedAt: z.number().exactOptional().describe('When the commit was made'),
  repository: text.exactOptional(),
  fields: z.array(text).max(50).exactOptional().describe('What of a declaration changed'),
  added: z.array(text).max(20).exactOptional().describe('What it says now, and did not before; not of applications'),
  removed: z.array(text).max(20).exactOptional().describe('What it said before, and does not now'),
  before: text.exactOptional().describe('Commit of the environment’s repository that it was compared with'),
  declaredIn: text.exactOptional().describe('File and line, or object'),
  resource: text.exactOptional().describe('Key of the resource'),
  drift: text.exactOptional().describe('`missing` or `changed`'),
  madeAt: z.number().exactOptional().describe('When somebody made it so'),
  decidedBy: text.exactOptional().describe('Lines of the policy by which it was allowed or refused'),
  subjectOf: text.exactOptional().describe('User, token or role that it is about'),
  version: text.exactOptional(),
  target: text.exactOptional(),
  path: text.exactOptional(),
  key: text.exactOptional(),
  signature: text.exactOptional(),
  file: text.exactOptional(),
  branch: text.exactOptional(),
  commit: text.exactOptional(),
  bytes: z.number().exactOptional(),
  sha256: text.exactOptional(),
  since: z.number().exactOptional(),
  asOf: z.number().exactOptional().describe('When it was so'),
  madeBy: text.exactOptional().describe('Who had made it so'),
  healthy: z.boolean().exactOptional(),
  degraded: z.boolean().exactOptional(),
  suspendedBy: text.exactOptional(),
  pinnedBy: text.exactOptional(),
  attempted: text.exactOptional().describe('Revision of a later try that failed'),
  attemptedAt: z.number().exactOptional(),
  lost: z.number().exactOptional(),
  record: z.number().exactOptional().describe('Number of a record'),
  hash: text.exactOptional().describe('Its hash'),
});

/** A commit, as it says of itself. */
const commit = z.object({
  id: text,
  /** Where it is not in the repository of `revision`. */
  repository: text.exactOptional(),
  /** With those that `Co-authored-by` names. */
  author: text,
  /** Where it is somebody else: who merged it, most often. */
  committer: text.exactOptional(),
  /** `Reviewed-by`, `Approved-by`, `Acked-by`. */
  reviewers: z.array(text).max(20).exactOptional(),
  /** `Signed-off-by`. */
  signedOff: z.array(text).max(20).exactOptional(),
  /** First line of its message. */
  subject: text,
  /** When it was made. */
  at: z.number(),
  merge: z.boolean().exactOptional().describe('Has more than one parent'),
});
export type AuditCommit = z.infer<typeof commit>;

/** Commits that touch what the application is made from, newest first: at most 50, and as many as fit. */
const commits = z.object({
  count: z.number().describe('Of all of them'),
  least: z.boolean().exactOptional().describe('There may be more than `count`'),
  listed: z.array(commit).max(50),
});

export const auditVias = ['automation', 'git', 'cli', 'api', 'ui', 'pipeline', 'target'] as const;
export const auditResults = ['done', 'started', 'succeeded', 'failed', 'superseded', 'refused'] as const;
const source = z.object({ repoURL: text, revision: text, from: text });

/** What somebody tells the log. */
export const auditEntry = z.object({
  /** A person's name, or `automated`, `self-heal`, `holdfast`, `git`. */
  who: text,
  via: z.enum(auditVias),
  /** Name of the token that was used, where it is not the person's own session. */
  token: text.exactOptional(),
  action: z.enum(auditActionNames),
  /** In words, for people. */
  what: text,
  application: text.exactOptional(),
  /** Of the application, at that time. */
  project: text.exactOptional(),
  /** The first source's. */
  revision: text.exactOptional(),
  /** All of them. */
  sources: z.array(source).max(100).exactOptional(),
  /** Of the commit that `revision` is. */
  author: text.exactOptional(),
  committer: text.exactOptional(),
  /** As the commit's own trailers name them. */
  reviewers: z.array(text).max(50).exactOptional(),
  /** What a sync brings: from what ran before to what is to run. */
  delivered: commits
    .extend({
      before: text.exactOptional().describe('Revision that ran before'),
      note: text.exactOptional().describe('Why there is nothing to list, or not all'),
    })
    .exactOptional(),
  /** What it takes back: of a rollback, or a branch that was written anew. */
  takenBack: commits.exactOptional(),
  /** Address that the request came from. */
  from: text.exactOptional(),
  result: z.enum(auditResults),
  detail: detail.exactOptional(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** One line of the log. `at`: milliseconds since 1970. */
export const auditRecord = z
  .object({
    seq: z.number(),
    at: z.number(),
    ...auditEntry.shape,
    // Later versions may know more of them.
    via: z.string(),
    action: z.string(),
    result: z.string(),
    previous: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditRecord' });
export type AuditRecord = z.infer<typeof auditRecord>;
