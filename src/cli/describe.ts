import type { Argument, Command, Option } from 'commander';
import { realEnv } from '../env/real.ts';
import type { Cli, Terminal } from './cli.ts';
import { allCommands } from './completion.ts';
import { exitCodes, exitMeanings } from './exit.ts';
import { createProgram } from './program.ts';
import { plainStyle } from './style.ts';

const mute: Terminal = { print() {}, note() {}, style: plainStyle, noteStyle: plainStyle };
/** Nobody types: the commands only say what they are. */
const nobody: Cli = {
  env: realEnv(),
  logging: () => realEnv(),
  terminal: mute,
  signal: new AbortController().signal,
  directory: '/',
  local: () => import('./in-process.ts'),
};

/** docs/cli.md, from the commands themselves. */
export function cliPage(origin: string): string {
  const program = createProgram(nobody);
  return [
    origin.trim(),
    '# The command line',
    '`bin/holdfast COMMAND`. Commands that ask an operator find it by the data directory (`--data-dir`, default `.holdfast`\nin the current directory), where `holdfast run` leaves its address and token in `operator.json`, readable by its owner\nonly; or by `--server` with a token from `--token-file` or the variable `HOLDFAST_TOKEN`. Where there is neither, it is the operator\nthat `holdfast login` signed in at last, or with `--server` its session there: they are in `~/.config/holdfast/logins.json`\n(`XDG_CONFIG_HOME`), readable by its owner only.',
    '## Output',
    'Answers go to stdout; progress and errors go to stderr. Tables are for people and may change. `-o json` and `-o yaml` are for\nprograms: fields are added, but never renamed or removed, and all times are milliseconds since 1970. They are the objects of\nthe [API](api.md): `apps` and `wait` print an array of `{name, sync: {status, revision, message}, health: {status, message}, …}`,\nwith `sync.status` one of `Synced`, `OutOfSync`, `Unknown` and `health.status` one of `Healthy`, `Suspended`, `Progressing`,\n`Missing`, `Degraded`, `Unknown`. `events --follow -o json` prints an object a line. Colours are used on a terminal only, and never\nwhen `NO_COLOR` is set.',
    '## Exit codes',
    exitTable(),
    'An error is one line that says what happened, with its code ([all codes](errors.md)), and one that says what to do.',
    '## Options of all commands',
    optionTable(program.options),
    '## Commands',
    ...allCommands(program).flatMap(command => (command.commands.length > 0 ? [] : describeCommand(command))),
    '',
  ].join('\n\n');
}

function exitTable(): string {
  const rows = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${exitMeanings[name as keyof typeof exitCodes]} |`,
  );
  return ['| code | meaning |', '| --- | --- |', ...rows].join('\n');
}

function describeCommand(command: Command): string[] {
  const name = nameOf(command);
  const usage = [name, ...command.registeredArguments.map(argumentText)].join(' ');
  const options = command.options.length === 0 ? [] : [optionTable(command.options)];
  return [`### ${name}`, `\`holdfast ${usage}\``, `${capital(command.description())}.`, ...options];
}

/** `token create`; the program's own name is left out. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent == null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

function argumentText(argument: Argument): string {
  const name = argument.variadic
    ? `${argument.name().toUpperCase().replace(/S$/, '')}…`
    : argument.name().toUpperCase();
  return argument.required ? name : `[${name}]`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, argChoices, defaultValue, defaultValueDescription }) => {
      const choices = argChoices === undefined ? '' : `: ${argChoices.map(choice => `\`${choice}\``).join(', ')}`;
      const usual = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? '' : String(defaultValue ?? ''));
      return `| \`${flags}\` | ${capital(description)}${choices}${usual === '' ? '' : ` (default: \`${usual}\`)`} |`;
    });
  return ['| option | |', '| --- | --- |', ...rows].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
