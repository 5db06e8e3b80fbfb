import type { Command, Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Each asks this program for the words: one place knows the commands, and names of applications are always right. */
export const completionScripts: Record<Shell, string> = {
  bash: `# source <(holdfast completion bash)
_holdfast() {
  local words
  words=$(holdfast complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _holdfast holdfast`,
  zsh: `#compdef holdfast
# source <(holdfast completion zsh)
_holdfast() {
  local -a found
  found=(\${(f)"$(holdfast complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a found || _files
}
compdef _holdfast holdfast`,
  fish: `# holdfast completion fish | source
complete -c holdfast -f -a '(holdfast complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

/** What may stand where the last word (begun, or empty) stands. `names` are asked for only where one may stand. */
export async function candidates(
  program: Command,
  words: readonly string[],
  names: () => Promise<readonly string[]>,
): Promise<string[]> {
  const begun = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandAt(program, before);
  const options = [...program.options, ...(command?.options ?? [])].filter(({ hidden }) => !hidden);
  const previous = options.find(option => takesValue(option) && isFlag(option, before.at(-1)));
  const all =
    previous !== undefined
      ? (previous.argChoices ?? [])
      : begun.startsWith('-')
        ? options.flatMap(({ long }) => long ?? [])
        : command === undefined
          ? visibleCommands(program).map(one => one.name())
          : command.commands.length > 0
            ? visibleCommands(command).map(one => one.name())
            : await argumentsOf(command, names);
  return all.filter(word => word.startsWith(begun));
}

export function visibleCommands(program: Command): Command[] {
  return program.createHelp().visibleCommands(program);
}

/** With those below others: `token`, `token create`. */
export function allCommands(program: Command): Command[] {
  return visibleCommands(program).flatMap(command => [command, ...allCommands(command)]);
}

/** The command that the words lead to. */
function commandAt(program: Command, words: readonly string[]): Command | undefined {
  const command = program.commands.find(one => words.includes(one.name()));
  return command === undefined ? undefined : (commandAt(command, words) ?? command);
}

async function argumentsOf(command: Command, names: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const [first] = command.registeredArguments;
  if (first?.argChoices !== undefined) return first.argChoices;
  return first?.name() === 'name' || first?.name() === 'names' ? await names() : [];
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function isFlag(option: Option, word: string | undefined): boolean {
  return word !== undefined && (option.long === word || option.short === word);
}
