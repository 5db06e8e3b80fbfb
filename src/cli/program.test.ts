import { expect, it } from 'vitest';
import { allCommands, visibleCommands } from './completion.ts';
import { createProgram } from './program.ts';
import { testCli } from './testing/cli.ts';

const program = createProgram(testCli());

it('every command, argument and option says what it is', () => {
  for (const command of allCommands(program)) {
    expect(command.description(), command.name()).toMatch(/^[a-z].*[^.]$/);
    for (const option of command.options) {
      expect(option.description, `${command.name()} ${option.flags}`).toMatch(/\w/);
    }
  }
});

it('has the commands that are promised', () => {
  const names = visibleCommands(program).map(command => command.name());
  expect(names.toSorted()).toEqual(
    'accept account app apply apps at audit cancel completion delete delivery diff doctor events history login logout logs rbac rebuild refresh render resource resume rollback run suspend sync token version wait whoami'.split(
      ' ',
    ),
  );
});
