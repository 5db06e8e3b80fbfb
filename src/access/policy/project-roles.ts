import type { ProjectRole } from '../../model/application.ts';
import { projectSubject } from '../subject.ts';
import type { Resource } from '../words.ts';
import type { MatchMode } from './match.ts';
import { type PolicyText, parsePolicy, type Rule } from './parse.ts';

/** What roles of a project may be about, as in Argo CD: a project does not decide about itself. */
const allowedResources: ReadonlySet<Resource> = new Set([
  'applications',
  'applicationsets',
  'repositories',
  'targets',
  'exec',
  'logs',
]);

/**
 * The lines of a project's roles. They stay within the project whoever writes them: each is about its own role, and counts for
 * objects of the project only.
 */
export function projectPolicy(project: string, roles: readonly ProjectRole[], mode: MatchMode): PolicyText {
  const whole: PolicyText = { rules: [], grants: [], problems: [] };
  for (const role of roles) {
    const source = `project ${project}, role ${role.name}`;
    const subject = projectSubject(project, role.name);
    const { rules, grants, problems } = parsePolicy(role.policies.map(oneLine).join('\n'), source, mode);
    const wrong = (line: number, reason: string) =>
      whole.problems.push({ line, column: 1, reason: `${source}: ${reason}` });
    for (const problem of problems) whole.problems.push({ ...problem, reason: `${source}: ${problem.reason}` });
    for (const { place } of grants)
      wrong(place.line, 'roles of projects have lines with p only; name groups under groups');
    for (const rule of rules) {
      const reason = borderProblem(rule, subject, project, mode);
      if (reason === undefined) whole.rules.push({ ...rule, project });
      else wrong(rule.place.line, reason);
    }
    for (const [i, group] of role.groups.entries()) {
      whole.grants.push({
        member: group,
        role: subject,
        place: { source, line: i + 1, text: `g, ${group}, ${subject}` },
      });
    }
  }
  return whole;
}

function borderProblem(
  { subject, resources, object }: Rule,
  own: string,
  project: string,
  mode: MatchMode,
): string | undefined {
  if (subject !== own) return `the subject must be ${own}`;
  const foreign = resources.find(resource => !allowedResources.has(resource));
  if (foreign !== undefined) return `${foreign} is nothing that a role of a project decides about`;
  const stays = mode === 'regex' || object.text === '*' || object.prefix.startsWith(`${project}/`);
  return stays ? undefined : `the object must begin with ${project}/`;
}

/** A policy of several lines would be lines that nobody counted. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').trim();
}
