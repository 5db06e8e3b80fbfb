// Writes the pages of docs/ that are made from schemas and tables; `--check` only says which are out of date.
//
//   node scripts/docs.ts [--check]

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cliPage } from '../src/cli/describe.ts';
import { operatorSchema } from '../src/config/schema.ts';
import { environmentSchema } from '../src/dialects/holdfast/schema.ts';
import { jsonSchema } from '../src/dialects/json-schema.ts';
import { errorCatalogue } from '../src/errors.ts';
import { accessPage } from './docs-access.ts';
import { auditPage } from './docs-account.ts';
import { observabilityPage } from './docs-observability.ts';
import { fieldTable } from './docs-table.ts';

const root = join(import.meta.dirname, '..');

/** Text of each generated page, by its path from the root of the repository. */
export function generatedPages(): Map<string, string> {
  return new Map([
    ['docs/cli.md', cliPage(origin)],
    ['docs/audit.md', auditPage(origin)],
    ['docs/observability.md', observabilityPage(origin)],
    ['docs/configuration.md', configurationPage()],
    ['docs/holdfast-yaml.md', environmentPage()],
    ['docs/access.md', accessPage(origin)],
    ['docs/errors.md', errorsPage()],
    ['docs/schema/holdfast.schema.json', schemaFile(environmentSchema, 'holdfast.yaml')],
    ['docs/schema/holdfast-operator.schema.json', schemaFile(operatorSchema, 'holdfast-operator.yaml')],
  ]);
}

/** Paths of the pages that differ from what they should be. */
export async function stalePages(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of generatedPages()) {
    const present = await readFile(join(root, path), 'utf8').catch(() => '');
    if (present !== text) stale.push(path);
  }
  return stale;
}

const origin = '<!-- Made by `node scripts/docs.ts`; do not edit. -->\n';

function schemaFile(schema: Parameters<typeof jsonSchema>[0], title: string): string {
  const { $schema, ...rest } = jsonSchema(schema);
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}

function configurationPage(): string {
  return `${origin}
# The operator's configuration

The operator needs to know one thing: the repository where its environment is declared. Everything else has a default or is
declared there, in [holdfast.yaml](holdfast-yaml.md).

\`holdfast run\` takes flags, and \`holdfast-operator.yaml\` in the directory where it is started. A flag goes before the file, and
the file before the default. Relative paths in the file are relative to the file. A field that is not in this list is an error.

\`\`\`yaml
# yaml-language-server: $schema=docs/schema/holdfast-operator.schema.json
repo: https://github.com/example/fleet
path: environments/prod
target: {kubernetes: {context: prod}}
credentials:
  - {prefix: "https://github.com/example", username: holdfast, passwordFile: /run/secrets/github-token}
\`\`\`

Secrets are never written in it, nor on the command line: a credential says in which file or environment variable its secret is.
Of the credentials whose \`prefix\` an address begins with, the one with the longest counts; a prefix ends at a \`/\` or \`:\`, so what
is for \`https://host/org\` is not sent to \`https://host/organisation\`.

Times are written as \`500ms\`, \`30s\` or \`1h30m\`, sizes as \`64Mi\` or \`1Gi\`. Where traces go is said by the
[environment variables of OpenTelemetry](observability.md#traces).

${fieldTable(jsonSchema(operatorSchema))}`;
}

function environmentPage(): string {
  return `${origin}
# holdfast.yaml

An environment and its applications. Holdfast reads it from the directory that the operator was given (\`--path\`); where it is, it is all
that counts there. Without it, Holdfast looks for Argo CD's \`Application\`s and \`AppProject\`s in the YAML and JSON files of that
directory, and where there are none either, every directory in it becomes an application.

\`\`\`yaml
# yaml-language-server: $schema=docs/schema/holdfast.schema.json
apiVersion: holdfast.dev/v1
kind: Environment
metadata: {name: prod}
spec:
  target: {kubernetes: {context: prod}}
  defaults: {sync: {automated: true, prune: true, selfHeal: true}}
  applications:
    - {name: database, path: apps/database, namespace: data}
    - name: shop
      path: apps/shop
      namespace: shop
      dependsOn: [database]
      health: {http: "http://127.0.0.1:8080/healthz"}
      helm: {valueFiles: [prod.yaml]}
\`\`\`

A file with a mistake in it is not followed in part: what was known before goes on, and the operator says what is wrong and where.
Paths are relative to the root of the repository. What an application says goes before \`defaults\`. Times are written as \`500ms\`,
\`30s\` or \`1h30m\`.

${fieldTable(jsonSchema(environmentSchema))}`;
}

const faults = {
  user: 'yours: what was declared or asked',
  external: 'of something else; it is tried again',
  internal: "Holdfast's: a bug",
};

function errorsPage(): string {
  const entries = Object.entries(errorCatalogue).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const sections = entries.map(
    ([code, { fault, message, advice }]) =>
      `## ${code}\n\n> ${message.replace(/</g, '&lt;')}\n\n${advice}\n\nThe fault is ${faults[fault]}.\n`,
  );
  return `${origin}
# Errors

Every error has a code, which never changes its meaning. Words in braces stand for the case at hand.

${sections.join('\n')}`;
}

async function main(): Promise<void> {
  if (process.argv.includes('--check')) {
    const stale = await stalePages();
    if (stale.length > 0) console.error(`Out of date: ${stale.join(', ')}. Run: node scripts/docs.ts`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [path, text] of generatedPages()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

if (import.meta.main) await main();
