/** A Holdfast in a process of its own, to be killed: delivers the revisions of its input, over and over when there are several, and stays. */
import { type Files, openMachine } from './harness.ts';

const input: { path: string; application: string; revisions: Files[] } = JSON.parse(process.argv[2] ?? '');
const { path, application, revisions } = input;
// Nothing of a target keeps a process alive by itself.
setInterval(() => {}, 1_000);
const machine = openMachine(path);
await machine.target.start(new AbortController().signal);
process.stdout.write('started\n');
for (let n = 0; n === 0 || revisions.length > 1; n++) {
  await machine.deliver(application, revisions[n % revisions.length] ?? {});
}
process.stdout.write('delivered\n');
