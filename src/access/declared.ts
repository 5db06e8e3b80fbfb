import { z } from 'zod';
import { type AccessDeclaration, type AccessSettings, accessSettings } from '../dialects/access.ts';
import type { Project } from '../model/application.ts';
import { type Grant, parsePolicy, type Rule } from './policy/parse.ts';
import { projectPolicy } from './policy/project-roles.ts';
import { projectSubject } from './subject.ts';

/** What one place says about access, ready to be used together with others. */
export interface Part {
  rules: readonly Rule[];
  grants: readonly Grant[];
  accounts: AccessSettings['accounts'];
  default: string | undefined;
}

/** What Git declares: what of it is followed, and why the rest is not. */
export interface Declared extends Part {
  /** Projects with roles. */
  projects: ReadonlySet<string>;
  /** Subjects of all their roles. */
  roles: ReadonlySet<string>;
  problems: readonly string[];
  /** What is followed, as it is remembered for a start while Git is away. Equal: nothing is new. */
  good: string;
}

const remembered = z.object({
  access: z.exactOptional(
    z.object({ settings: accessSettings, path: z.string(), line: z.number(), column: z.number() }),
  ),
  projects: z.array(
    z.object({
      name: z.string(),
      roles: z.array(z.object({ name: z.string(), policies: z.array(z.string()), groups: z.array(z.string()) })),
    }),
  ),
});
type Remembered = z.infer<typeof remembered>;

export const nothingDeclared: Declared = {
  ...{ rules: [], grants: [], accounts: [], default: undefined, problems: [] },
  ...{ projects: new Set<string>(), roles: new Set<string>() },
  good: JSON.stringify({ projects: [] }),
};

export function readRemembered(text: string | undefined): Declared | undefined {
  if (text === undefined) return undefined;
  try {
    return compile(remembered.parse(JSON.parse(text)), []);
  } catch {
    return undefined;
  }
}

/** Of everything that is declared, what can be read; where it cannot, as it was before. Accounts have no mistakes: they are always the new ones. */
export function followDeclared(
  before: Declared,
  catalog: { access?: AccessDeclaration; projects: ReadonlyMap<string, Project> },
): Declared {
  const last = remembered.parse(JSON.parse(before.good));
  const problems: string[] = [];
  const access = followAccess(last.access, catalog.access, problems);
  const mode = access?.settings.matchMode ?? 'glob';
  const projects: Remembered['projects'] = [];
  for (const { name, roles } of catalog.projects.values()) {
    if (roles.length === 0) continue;
    const wrong = projectPolicy(name, roles, mode).problems;
    const former = last.projects.find(other => other.name === name);
    if (wrong.length === 0) projects.push({ name, roles });
    else if (former !== undefined && projectPolicy(name, former.roles, mode).problems.length === 0)
      projects.push(former);
    problems.push(...wrong.map(({ line, column, reason }) => `${reason} (line ${line}, column ${column})${kept}`));
  }
  return compile({ ...(access === undefined ? {} : { access }), projects }, problems);
}

const kept = '; what was followed before stays in force';

function followAccess(
  last: AccessDeclaration | undefined,
  now: AccessDeclaration | undefined,
  problems: string[],
): AccessDeclaration | undefined {
  if (now === undefined) return undefined;
  const { settings, path, line, column } = now;
  const wrong = parsePolicy(settings.policy, path, settings.matchMode).problems;
  if (wrong.length === 0) return now;
  for (const problem of wrong.slice(0, 20)) {
    const at = `${line + problem.line - 1}:${column + problem.column - 1}`;
    problems.push(`${path}:${at}: access.policy: ${problem.reason}${kept}`);
  }
  const { default: _, ...others } = settings;
  const { policy, matchMode, default: role } = last?.settings ?? accessSettings.parse({});
  const followed = { ...others, policy, matchMode, ...(role === undefined ? {} : { default: role }) };
  return { path: last?.path ?? path, line: last?.line ?? line, column: last?.column ?? column, settings: followed };
}

function compile(said: Remembered, problems: readonly string[]): Declared {
  const { access, projects } = said;
  const mode = access?.settings.matchMode ?? 'glob';
  const own = access && parsePolicy(access.settings.policy, access.path, mode, access.line);
  const ofProjects = projects.map(({ name, roles }) => projectPolicy(name, roles, mode));
  return {
    rules: [...(own?.rules ?? []), ...ofProjects.flatMap(({ rules }) => rules)],
    grants: [...(own?.grants ?? []), ...ofProjects.flatMap(({ grants }) => grants)],
    accounts: access?.settings.accounts ?? [],
    default: access?.settings.default,
    projects: new Set(projects.map(({ name }) => name)),
    roles: new Set(projects.flatMap(({ name, roles }) => roles.map(role => projectSubject(name, role.name)))),
    problems,
    good: JSON.stringify(said),
  };
}
