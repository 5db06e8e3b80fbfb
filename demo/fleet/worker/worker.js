const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { SETTINGS, STATE } = process.env;

mkdirSync(STATE, { recursive: true });
writeFileSync(join(STATE, 'worker.pid'), `${process.pid}\n`);

let count = 0;

function work() {
  count++;
  const { everySeconds, says } = JSON.parse(readFileSync(SETTINGS, 'utf8'));
  const line = `${new Date().toISOString()} ${says} ${count}`;
  writeFileSync(join(STATE, 'worker.txt'), `${line}\n`);
  console.log(line);
  setTimeout(work, everySeconds * 1000);
}

work();
