import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root, runCommand } from './command.ts';
import { countSkipped, type Outcome, outcomeOf, type Step } from './step.ts';

/** The part of vitest's JSON report that is counted. */
interface Report {
  testResults: {
    name: string;
    status: string;
    /** Why a file could not be loaded. */
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

/** All tests of one project of vitest.config.ts. */
export function vitest(project: string): Step {
  return {
    name: project,
    async run(signal) {
      const directory = await mkdtemp(join(tmpdir(), 'holdfast-report-'));
      const file = join(directory, 'report.json');
      try {
        const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
        const code = await runCommand('vitest', ['run', '--project', project, ...reporters], signal);
        const text = await readFile(file, 'utf8').catch(() => '{"testResults":[]}');
        return outcomeOf(code, countReport(JSON.parse(text)));
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

export function countReport({ testResults }: Report): Outcome {
  const tests = testResults.flatMap(file => file.assertionResults.map(test => ({ file: file.name, ...test })));
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failed = tests.filter(({ status }) => status === 'failed');
  // A file that cannot be loaded has no tests to fail.
  const broken = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0);
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const names = skipped.map(({ file, fullName }) => `${relative(root, file)}: ${fullName}`);
  // Named again at the end: the steps after this one print thousands of lines.
  const remarks = [
    ...failed.map(({ file, fullName, failureMessages }) =>
      failure(`${relative(root, file)}: ${fullName}`, failureMessages),
    ),
    ...broken.map(({ name, message }) => failure(relative(root, name), [message ?? 'it could not be loaded'])),
  ];
  return countSkipped(names, { passed, failed: failed.length + broken.length, remarks });
}

const reasonLines = 12;

/** One failed test and the first lines of each of its reasons. */
function failure(name: string, reasons: readonly string[] = []): string {
  const lines = reasons.flatMap(reason => stripVTControlCharacters(reason).split('\n').slice(0, reasonLines));
  return [`failed: ${name}`, ...lines.map(line => `    ${line}`)].join('\n');
}
