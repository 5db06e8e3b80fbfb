import { type LogFormat, type LogLevel, logAs } from '../env/real/log.ts';
import { realEnv } from '../env/real.ts';
import type { Terminal } from './cli.ts';
import { execute } from './execute.ts';
import type { Local } from './local.ts';
import { colourStyle, plainStyle, type Style } from './style.ts';

/** A second Ctrl-C this long after the first ends at once; sooner it is the same one, which a terminal sends to parent and child. */
const insistMs = 500;

async function main(): Promise<void> {
  const interruption = new AbortController();
  let since: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      since ??= performance.now();
      if (performance.now() - since > insistMs) process.exit(130);
      interruption.abort();
    });
  }
  // The reader of a pipe has gone (`holdfast apps | head`): nothing more to say.
  process.stdout.on('error', () => process.exit(0));

  process.exitCode = await execute(process.argv.slice(2), {
    env: realEnv(),
    logging: (level: LogLevel, format: LogFormat) => realEnv(logAs(format, level, process.stderr.isTTY)),
    terminal: terminal(),
    signal: interruption.signal,
    directory: process.cwd(),
    local,
  });
}

function terminal(): Terminal {
  return {
    print: text => process.stdout.write(`${text}\n`),
    note: text => process.stderr.write(`${text}\n`),
    style: styleFor(process.stdout),
    noteStyle: styleFor(process.stderr),
  };
}

/** https://no-color.org */
function styleFor({ isTTY }: { isTTY?: boolean }): Style {
  return isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb'
    ? colourStyle
    : plainStyle;
}

async function local(): Promise<Local> {
  return await import('./in-process.ts');
}

await main();
