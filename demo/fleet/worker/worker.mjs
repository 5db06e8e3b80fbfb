import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const { SETTINGS, STATE } = process.env;

mkdirSync(STATE, { recursive: true });
writeFileSync(`${STATE}/worker.pid`, `${process.pid}\n`);

let count = 0;

function work() {
  count++;
  const { everySeconds, says } = JSON.parse(readFileSync(SETTINGS, 'utf8'));
  const line = `${new Date().toISOString()} ${says} ${count}`;
  writeFileSync(`${STATE}/worker.txt`, `${line}\n`);
  console.log(line);
  setTimeout(work, everySeconds * 1000);
}

work();
