/** A Holdfast in a process of its own, to be killed: delivers the files of its input and stays. */
import { openMachine } from './harness.ts';

const { path, application, files } = JSON.parse(process.argv[2] ?? '');
const machine = openMachine(path);
await machine.target.start(new AbortController().signal);
await machine.deliver(application, files);
process.stdout.write('delivered\n');
setInterval(() => {}, 1_000);
