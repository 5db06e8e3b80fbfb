import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { failure } from '../../errors.ts';

/** Of one lifecycle event, all scripts together: CodeDeploy's limit, and its default for one. */
export const maxTimeoutSeconds = 3_600;

/** Every scalar is read as the text it is: `mode: 0644` and `timeout: "300"` mean what is written, in any YAML version. */
const text = z.string().min(1, 'must not be empty');
const absolute = text.refine(path => path.startsWith('/'), 'has to be an absolute path');
const names = z.array(text);

const seconds = z
  .string()
  .regex(/^\d{1,5}$/, 'has to be a number of seconds')
  .transform(Number)
  .refine(value => value >= 1 && value <= maxTimeoutSeconds, `has to be from 1 to ${maxTimeoutSeconds} seconds`);

const permission = z.strictObject({
  object: absolute,
  pattern: text.default('**'),
  except: names.default([]),
  owner: text.optional(),
  group: text.optional(),
  mode: z
    .string()
    .regex(/^[0-7]{3,4}$/, 'has to be three or four octal digits, like 644 or 0755')
    .transform(digits => Number.parseInt(digits, 8))
    .optional(),
  type: z.array(z.enum(['file', 'directory'])).default(['file', 'directory']),
  acls: z.undefined('ACLs are not supported').optional(),
  context: z.undefined('SELinux contexts are not supported').optional(),
});
export type Permission = z.infer<typeof permission>;

const scripts = z
  .array(z.strictObject({ location: text, timeout: seconds.optional(), runas: text.optional() }))
  .refine(
    list => list.reduce((total, { timeout = 0 }) => total + timeout, 0) <= maxTimeoutSeconds,
    `the timeouts of one event may not add up to more than ${maxTimeoutSeconds} seconds`,
  );

const hookEvents = ['ApplicationStop', 'BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'] as const;
export type HookEvent = (typeof hookEvents)[number];

/** Run by CodeDeploy only where a load balancer takes part; there is none here. */
const trafficEvents = ['BeforeBlockTraffic', 'AfterBlockTraffic', 'BeforeAllowTraffic', 'AfterAllowTraffic'] as const;

const appSpec = z.strictObject({
  version: z.literal('0.0', 'has to be 0.0'),
  os: z.literal('linux', 'has to be linux'),
  files: z.array(z.strictObject({ source: text, destination: absolute })).default([]),
  file_exists_behavior: z.enum(['DISALLOW', 'OVERWRITE', 'RETAIN']).default('DISALLOW'),
  permissions: z.array(permission).default([]),
  hooks: z.partialRecord(z.enum([...hookEvents, ...trafficEvents]), scripts).optional(),
});
export type AppSpec = z.infer<typeof appSpec>;

export interface ParsedAppSpec {
  spec: AppSpec;
  warnings: string[];
  /** RENDER_APPSPEC_INVALID at the place of a field: `['permissions', 2]`. */
  invalid(path: readonly PropertyKey[], reason: string): Error;
}

/** Reads an `appspec.yml` for servers. Throws RENDER_APPSPEC_INVALID with line and column. */
export function parseAppSpec(file: string, source: string): ParsedAppSpec {
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines, uniqueKeys: true });
  const invalidAt = (offset: number, reason: string) => {
    const { line, col } = lines.linePos(offset);
    return failure('RENDER_APPSPEC_INVALID', { file, line: Math.max(line, 1), column: Math.max(col, 1), reason });
  };
  const broken = document.errors[0];
  if (broken !== undefined) throw invalidAt(broken.pos[0], broken.message.split('\n')[0] ?? broken.code);

  const offsetOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  };
  let value: unknown;
  try {
    // Nobody needs aliases here, and they are how a small file becomes a huge one.
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    throw invalidAt(0, error instanceof Error ? error.message : 'cannot be read');
  }
  if (!isMap(document.contents))
    throw invalidAt(0, 'expected a mapping with version, os, files, permissions and hooks');
  const parsed = appSpec.safeParse(withoutEmpty(value));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    const offset = unknownKey === undefined ? offsetOf(path) : (keyOffset(document.contents, path) ?? 0);
    throw invalidAt(offset, where + describe(issue));
  }
  const ignored = trafficEvents.filter(event => parsed.data.hooks?.[event] !== undefined);
  const warnings = ignored.map(event => `${file}: the ${event} scripts are left out: there is no load balancer here`);
  return { spec: parsed.data, warnings, invalid: (path, reason) => invalidAt(offsetOf(path), reason) };
}

/** `hooks:` with nothing after it is the same as no hooks. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== '' && field !== null));
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code !== 'unrecognized_keys') return issue?.message ?? 'cannot be read';
  if (issue.path[0] !== 'hooks') return 'is not known in an appspec.yml';
  return `is no lifecycle event that runs scripts on a server (${hookEvents.join(', ')})`;
}

/** A key that should not be there is shown itself, not its value. */
function keyOffset(root: unknown, path: readonly PropertyKey[]): number | undefined {
  let node = root;
  for (const [index, step] of path.entries()) {
    if (!isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    if (pair === undefined) return undefined;
    if (index === path.length - 1) return isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    node = pair.value;
  }
  return undefined;
}
