import { isAction, type Resource, resourceNamed, resourceNames, resources, wordsOf } from '../words.ts';
import { type Field, splitFields } from './fields.ts';
import { compilePattern, type MatchMode, type Pattern } from './match.ts';

/** A line that allows or denies: `p, SUBJECT, RESOURCE, ACTION, OBJECT, EFFECT`. */
export interface Rule {
  subject: string;
  resources: readonly Resource[];
  action: Pattern;
  object: Pattern;
  allow: boolean;
  /** Objects of other projects are none of its business, whatever its pattern matches. */
  project?: string;
  place: Place;
}

/** A line that gives a role: `g, USER_OR_GROUP, ROLE`. */
export interface Grant {
  member: string;
  role: string;
  place: Place;
}

/** Where a line is written. */
export interface Place {
  /** `holdfast.yaml`, `project shop, role deployer`, `built in`. */
  source: string;
  /** From 1, in the source. */
  line: number;
  text: string;
}

export interface PolicyProblem {
  /** From 1, in the policy. */
  line: number;
  column: number;
  reason: string;
}

export interface PolicyText {
  rules: Rule[];
  grants: Grant[];
  problems: PolicyProblem[];
}

const maxLines = 100_000;

/** Reads a policy in Argo CD's format. `firstLine`: where it begins in its source. Lines with a problem are left out, so whoever finds one follows none. */
export function parsePolicy(text: string, source: string, mode: MatchMode, firstLine = 1): PolicyText {
  const policy: PolicyText = { rules: [], grants: [], problems: [] };
  const lines = text.split(/\r?\n/);
  if (lines.length > maxLines) {
    return { ...policy, problems: [{ line: maxLines, column: 1, reason: `has more than ${maxLines} lines` }] };
  }
  for (const [i, raw] of lines.entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const place = { source, line: firstLine + i, text: trimmed };
    try {
      const line = readLine(raw, mode, place);
      if ('allow' in line) policy.rules.push(line);
      else policy.grants.push(line);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      policy.problems.push({ line: i + 1, column: error.column, reason: error.message });
    }
  }
  return policy;
}

class Mistake extends Error {
  readonly column: number;
  constructor(column: number, reason: string) {
    super(reason);
    this.column = column;
  }
}

function readLine(raw: string, mode: MatchMode, place: Place): Rule | Grant {
  const fields = splitFields(raw);
  if ('reason' in fields) throw new Mistake(fields.column, fields.reason);
  const [kind, subject, second, third, object, effect] = fields as [Field, ...(Field | undefined)[]];
  const expected = kind.text === 'p' ? 6 : 3;
  if (kind.text !== 'p' && kind.text !== 'g') throw new Mistake(kind.column, 'a line begins with p or g');
  if (fields.length !== expected) {
    const form = kind.text === 'p' ? 'p, SUBJECT, RESOURCE, ACTION, OBJECT, allow|deny' : 'g, USER_OR_GROUP, ROLE';
    throw new Mistake(
      fields[expected]?.column ?? raw.trimEnd().length + 1,
      `has ${fields.length} fields; the form is ${form}`,
    );
  }
  const empty = fields.find(({ text }) => text === '');
  if (empty !== undefined) throw new Mistake(empty.column, 'a field must not be empty');
  if (subject === undefined || second === undefined) throw new Mistake(1, 'has too few fields');
  if (kind.text === 'g') return { member: subject.text, role: second.text, place };
  if (third === undefined || object === undefined || effect === undefined) throw new Mistake(1, 'has too few fields');
  if (effect.text !== 'allow' && effect.text !== 'deny') {
    throw new Mistake(effect.column, `the effect is allow or deny, not ${shown(effect)}`);
  }
  const found = readResources(second, mode);
  const rule = {
    subject: subject.text,
    resources: found,
    action: readPattern(third, mode),
    object: readPattern(object, mode),
    allow: effect.text === 'allow',
    place,
  };
  if (rule.action.literal && !isAction(third.text))
    throw new Mistake(third.column, `there is no action ${shown(third)}`);
  const isLost = rule.object.literal && !object.text.includes('/') && found.every(name => resources[name].perProject);
  if (isLost)
    throw new Mistake(object.column, `objects of ${second.text} are PROJECT/NAME, and ${shown(object)} is none`);
  return rule;
}

function readResources(field: Field, mode: MatchMode): Resource[] {
  const pattern = readPattern(field, mode);
  const exact = resourceNamed(field.text);
  if (pattern.literal && exact !== undefined) return [exact];
  const found = resourceNames.filter(name => wordsOf(name).some(word => pattern.matches(word)));
  if (found.length === 0) throw new Mistake(field.column, `there is no resource ${shown(field)}`);
  return found;
}

function readPattern({ text, column }: Field, mode: MatchMode): Pattern {
  const pattern = compilePattern(text, mode);
  if ('reason' in pattern) throw new Mistake(column + pattern.at, `${shown({ text })}: ${pattern.reason}`);
  return pattern;
}

function shown({ text }: Pick<Field, 'text'>): string {
  return JSON.stringify(text.slice(0, 80));
}
