import type { AccessSettings } from '../dialects/access.ts';
import { accessSettings } from '../dialects/access.ts';
import { readHoldfastFile } from '../dialects/holdfast/read.ts';
import { parseYaml } from '../dialects/yaml.ts';
import { failure } from '../errors.ts';
import type { Project } from '../model/application.ts';
import { Accounts } from './accounts.ts';
import { builtInPolicy } from './policy/built-in.ts';
import { parsePolicy } from './policy/parse.ts';
import { type Decision, Policy } from './policy/policy.ts';
import { projectPolicy } from './policy/project-roles.ts';
import { resourceNamed } from './words.ts';

interface Question {
  subject: string;
  action: string;
  resource: string;
  object: string;
}

interface PolicyFile {
  settings: AccessSettings;
  /** Where the policy begins. */
  line: number;
  column: number;
  projects: readonly Project[];
}

/**
 * Decides by what a file says: a policy, a holdfast.yaml, or a ConfigMap argocd-rbac-cm. Throws ACCESS_POLICY_INVALID where the
 * file has a mistake, CLI_USAGE for a resource that there is not.
 */
export function decideByFile(text: string, file: string, { subject, action, resource, object }: Question): Decision {
  const { settings, line, column, projects } = readPolicyFile(text, file);
  const own = parsePolicy(settings.policy, file, settings.matchMode, line);
  const [wrong] = own.problems;
  if (wrong !== undefined) {
    const at = { line: line + wrong.line - 1, column: column + wrong.column - 1 };
    throw failure('ACCESS_POLICY_INVALID', { source: file, ...at, reason: wrong.reason });
  }
  const ofProjects = projects.map(({ name, roles }) => projectPolicy(name, roles, settings.matchMode));
  const [problem] = ofProjects.flatMap(({ problems }) => problems);
  if (problem !== undefined) throw failure('ACCESS_POLICY_INVALID', { source: file, ...problem });
  const parts = [own, ...ofProjects];
  const known = resourceNamed(resource);
  if (known === undefined) throw failure('CLI_USAGE', { reason: `there is no resource ${resource}` });
  const policy = new Policy(
    [builtInPolicy, ...parts].flatMap(({ rules }) => rules),
    [builtInPolicy, ...parts].flatMap(({ grants }) => grants),
    settings.default === undefined ? [] : [settings.default],
  );
  const accounts = new Accounts(settings.accounts);
  return policy.decide(accounts.named(subject) ?? { name: subject, groups: [] }, known, action, object);
}

function readPolicyFile(text: string, file: string): PolicyFile {
  const policyOnly = { settings: accessSettings.parse({ policy: text }), line: 1, column: 1, projects: [] };
  if (!/\.(ya?ml|json)$/.test(file)) return policyOnly;
  const value = parseYaml(text).documents[0]?.value;
  const data = isMapping(value) && value.kind === 'ConfigMap' && isMapping(value.data) ? value.data : undefined;
  if (data !== undefined) {
    const policies = Object.entries(data).filter(([key]) => /^policy\.(.+\.)?csv$/.test(key));
    const role = data['policy.default'];
    const settings = accessSettings.parse({
      policy: policies.map(([, lines]) => String(lines)).join('\n'),
      matchMode: data['policy.matchMode'] === 'regex' ? 'regex' : 'glob',
      ...(typeof role === 'string' && role !== '' ? { default: role } : {}),
    });
    return { settings, line: 1, column: 1, projects: [] };
  }
  const read = readHoldfastFile(text, file);
  if ('problems' in read) {
    const { line, column, reason } = read.problems[0] ?? { line: 1, column: 1, reason: 'is not valid' };
    throw failure('ACCESS_POLICY_INVALID', { source: file, line, column, reason });
  }
  const { access, projects } = read.file;
  return {
    settings: access?.settings ?? accessSettings.parse({}),
    line: access?.line ?? 1,
    column: access?.column ?? 1,
    projects,
  };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
