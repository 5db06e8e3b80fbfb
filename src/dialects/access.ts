import { z } from 'zod';

/*
 * Who may do what: `access` in holdfast.yaml (in Git, followed as it changes) and in the operator's own configuration.
 */

/** No `:`, so that none can pass for a role, a project's role or an account of a target. */
const accountName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.@+-]{0,99}$/,
    'must consist of letters, digits and . _ @ + -, and begin with a letter or digit',
  );

const groupName = z
  .string()
  .min(1)
  .max(253)
  .refine(text => !/^(role|proj|system):|^admin$/.test(text), 'is a reserved name')
  .describe('A name that policies may speak about.');

const token = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must consist of letters, digits and . _ -')
    .describe('For the records: whatever it does is recorded as `ACCOUNT via token NAME`.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 hash, in 64 hexadecimal digits')
    .describe('Hash of the token; `holdfast token generate` makes both. The token itself is written nowhere.'),
  expires: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .exactOptional()
    .describe('Day (in UTC) or moment from which on it is refused. Default: never.'),
});

const account = z.strictObject({
  name: accountName
    .refine(text => !/^(admin|anonymous|automated|git|operator|rollback|self-heal)$/.test(text), 'is a reserved name')
    .describe('What policies and records call it.'),
  groups: z.array(groupName).max(1_000).prefault([]).describe('Groups that it is in.'),
  tokens: z
    .array(token)
    .max(100)
    .prefault([])
    .describe('By which it is recognised. One that is taken out is refused at once.'),
});

export const accessSettings = z.strictObject({
  policy: z
    .string()
    .max(1_000_000)
    .prefault('')
    .describe(
      "Lines in Argo CD's format: `p, SUBJECT, RESOURCE, ACTION, OBJECT, allow|deny` and `g, USER_OR_GROUP, ROLE`.",
    ),
  default: z
    .string()
    .min(1)
    .max(253)
    .exactOptional()
    .describe('Role of everybody who is recognised, such as `role:readonly`. Default: none.'),
  matchMode: z.enum(['glob', 'regex']).prefault('glob').describe('What the patterns of the policy are.'),
  accounts: z.array(account).max(10_000).prefault([]).describe('Who may ask, besides the roles of projects.'),
});
export type AccessSettings = z.infer<typeof accessSettings>;

/** What Git says about access, and where its policy is written. */
export interface AccessDeclaration {
  settings: AccessSettings;
  path: string;
  /** Of the policy's first character, from 1. */
  line: number;
  column: number;
}

/** Where the text of a scalar begins in the file: below its key for a block, else at the key. */
export function startOfText(file: string, key: { line: number; column: number }): { line: number; column: number } {
  const lines = file.split(/\r?\n/);
  if (!/:\s*[|>][-+\d]*\s*(#.*)?$/.test(lines[key.line - 1] ?? '')) return key;
  const first = lines.findIndex((line, i) => i >= key.line && line.trim() !== '');
  const indent = first < 0 ? 0 : (lines[first] ?? '').search(/\S/);
  return { line: key.line + 1, column: indent + 1 };
}
