/**
 * What a line of the log may say besides its message. Names keep their meaning, so that what reads the log may rely on them;
 * docs/observability.md is made from this table.
 */
export const logFields = {
  application: 'Name of the application that it is about',
  by: 'Who did it: `automated`, `self-heal`, `git`, or a person',
  code: 'Code of an error',
  digest: 'Digest of a chart',
  directory: 'Directory on this machine',
  file: 'File on this machine',
  hash: 'Hash of a record of the audit log',
  key: 'Key of a resource, an application in the queue, or the fingerprint of a key',
  kind: 'Kind of resources',
  lost: 'Records of the audit log that could not be kept',
  path: 'File or directory on this machine',
  pid: 'Process on this machine',
  program: 'Program on this machine',
  reason: 'Why, in words: most often the message of an error',
  record: 'Number of a record of the audit log',
  repository: 'Address of a repository, without credentials',
  resource: 'Key of a resource',
  route: 'Route of the API',
  saved: 'Where a file was kept',
  span_id: 'Span that was under way, where traces are sent',
  target: 'The target, in words',
  trace_id: 'Trace that was under way, where traces are sent',
  type: 'Type of the event, as in `holdfast events`: `sync`, `drift`, `health`, …',
  url: 'Address, without credentials',
  variable: 'Environment variable',
  waiting: 'Records of the audit log that are not written yet',
} as const;
