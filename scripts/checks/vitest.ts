import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, runCommand } from './command.ts';
import { countSkipped, type Outcome, outcomeOf, type Step } from './step.ts';

/** The part of vitest's JSON report that is counted. */
interface Report {
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
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
  const failed = tests.filter(({ status }) => status === 'failed').length;
  // A file that cannot be loaded has no tests to fail.
  const broken = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length;
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const names = skipped.map(({ file, fullName }) => `${relative(root, file)}: ${fullName}`);
  return countSkipped(names, { passed, failed: failed + broken, remarks: [] });
}
