import type { Command } from './commands.ts';

export interface FoundCommand extends Command {
  group: string;
}

/** Commands whose label has all the words, in any order; those where it begins with the text first. */
export function matchingCommands(
  groups: readonly { title: string; commands: readonly Command[] }[],
  text: string,
): FoundCommand[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = groups.flatMap(({ title, commands }) =>
    commands
      .filter(({ label, isKeyOnly }) => isKeyOnly !== true && words.every(word => label.toLowerCase().includes(word)))
      .map(command => ({ ...command, group: title })),
  );
  const begins = ({ label }: Command) => words[0] !== undefined && label.toLowerCase().startsWith(words[0]);
  return found.toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
}
