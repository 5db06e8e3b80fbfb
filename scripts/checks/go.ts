import { command, runCommand } from './command.ts';
import { countSkipped, type Outcome, outcomeOf, type Step } from './step.ts';

/** One line of `go test -json`. */
interface GoEvent {
  Action: string;
  Package?: string;
  Test?: string;
  Output?: string;
}

/** As scripts/build-go.ts builds, so that what it has compiled is not compiled again. */
const sameAsBuilds = { env: { GOTOOLCHAIN: 'local', CGO_ENABLED: '0' }, flags: ['-trimpath', '-buildvcs=false'] };

export function goVet(directory: string): Step {
  const { env, flags } = sameAsBuilds;
  return command('go vet', ['go', 'vet', ...flags, './...'].join(' '), { directory, env });
}

/** All tests of one Go module. */
export function goTest(name: string, directory: string): Step {
  return {
    name,
    async run(signal) {
      const events: GoEvent[] = [];
      const { env, flags } = sameAsBuilds;
      const args = ['test', ...flags, '-json', './...'];
      const code = await eachLine(
        onOutput => runCommand('go', args, signal, { directory, env, onOutput }),
        line => events.push(parseEvent(line)),
      );
      const counted = countEvents(events);
      process.stdout.write(failureText(events));
      return outcomeOf(code, counted);
    },
  };
}

async function eachLine(run: (onOutput: (piece: string) => void) => Promise<number>, onLine: (line: string) => void) {
  let rest = '';
  const code = await run(piece => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  if (rest !== '') onLine(rest);
  return code;
}

/** What is no event (a compiler's complaint) is output of nobody's. */
function parseEvent(line: string): GoEvent {
  try {
    return JSON.parse(line) as GoEvent;
  } catch {
    return { Action: 'output', Output: `${line}\n` };
  }
}

/** A test with subtests is not counted beside them, unless it fails while they all pass. */
export function countEvents(events: readonly GoEvent[]): Outcome {
  const ends = new Map<string, { action: string; name: string }>();
  for (const { Action, Package, Test } of events) {
    if (Test === undefined || !['pass', 'fail', 'skip'].includes(Action)) continue;
    ends.set(`${Package}/${Test}`, { action: Action, name: `${Package} ${Test}` });
  }
  const failedBelow = new Set<string>();
  const parents = new Set<string>();
  for (const [test, { action }] of ends) {
    for (let at = test.lastIndexOf('/'); at > 0; at = test.lastIndexOf('/', at - 1)) {
      parents.add(test.slice(0, at));
      if (action === 'fail') failedBelow.add(test.slice(0, at));
    }
  }
  const counted = [...ends].filter(([test, { action }]) =>
    parents.has(test) ? action === 'fail' && !failedBelow.has(test) : true,
  );
  const count = (wanted: string) => counted.filter(([, { action }]) => action === wanted).length;
  const skipped = counted.filter(([, { action }]) => action === 'skip').map(([, { name }]) => name);
  return countSkipped(skipped, { passed: count('pass'), failed: count('fail'), remarks: [] });
}

/** Everything that failing tests, and packages that could not be built, have said. */
function failureText(events: readonly GoEvent[]): string {
  const failed = new Set(
    events.filter(({ Action }) => Action === 'fail').map(({ Package, Test }) => `${Package} ${Test}`),
  );
  const told = events.filter(
    ({ Action, Package, Test }) =>
      Action === 'build-output' || (Action === 'output' && (Package === undefined || failed.has(`${Package} ${Test}`))),
  );
  return told.map(({ Output }) => Output ?? '').join('');
}
