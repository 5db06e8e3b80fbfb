import type { Application, Project } from '../../model/application.ts';
import { type AccessDeclaration, startOfText } from '../access.ts';
import { toProject } from '../argo/project/read.ts';
import { explain, fieldsOf } from '../explain.ts';
import { jsonSchema } from '../json-schema.ts';
import { parseYaml, type YamlProblem } from '../yaml.ts';
import { toApplication } from './application.ts';
import { findMistakes } from './check.ts';
import { type EnvironmentDeclaration, environmentSchema } from './schema.ts';

/** What holdfast.yaml says about the environment itself. */
export interface EnvironmentSettings {
  name: string;
  target?: { kind: 'kubernetes'; context?: string } | { kind: 'machine'; root?: string };
}

export interface HoldfastFile {
  environment: EnvironmentSettings;
  applications: Application[];
  projects: Project[];
  access?: AccessDeclaration;
}

const maxProblems = 20;

/** Reads holdfast.yaml, all or nothing: with any problem in it, what was known before goes on. */
export function readHoldfastFile(text: string, path: string): { file: HoldfastFile } | { problems: YamlProblem[] } {
  const { documents, problem } = parseYaml(text);
  if (problem) return { problems: [problem] };
  const [document, second] = documents;
  if (!document) return { problems: [{ line: 1, column: 1, reason: 'the file is empty' }] };
  if (second) return { problems: [{ ...second.locate([]), reason: 'there may be only one document' }] };

  const result = environmentSchema.safeParse(document.value);
  const wrong = result.success
    ? findMistakes(result.data)
    : explain(result.error.issues, fieldsOf(jsonSchema(environmentSchema)));
  if (!result.success || wrong.length > 0) {
    const problems = wrong.slice(0, maxProblems).map(({ path, reason }) => ({ ...document.locate(path), reason }));
    return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
  }
  const { metadata, spec } = result.data;
  const environment: EnvironmentSettings = { name: metadata.name };
  const target = toTarget(spec.target);
  if (target) environment.target = target;
  const applications = spec.applications.map((application, i) => {
    const { line } = document.locate(['spec', 'applications', i]);
    return toApplication(application, spec.defaults, { kind: 'git', path, line });
  });
  const projects = spec.projects.map(project => toProject(project.name, project));
  const file: HoldfastFile = { environment, applications, projects };
  if (spec.access !== undefined) {
    const start = startOfText(text, document.locate(['spec', 'access', 'policy']));
    file.access = { settings: spec.access, path, ...start };
  }
  return { file };
}

function toTarget(given: EnvironmentDeclaration['spec']['target']): EnvironmentSettings['target'] {
  if (given?.kubernetes) return { kind: 'kubernetes', ...given.kubernetes };
  return given?.machine ? { kind: 'machine', ...given.machine } : undefined;
}
