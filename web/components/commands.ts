import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import { type Command, Commands, keyOf } from '../model/commands.ts';

export const CommandsContext = createContext(new Commands());

/** Offers the commands while the component is shown: as keys, in the palette, and in the overview of keys. */
export function useCommands(title: string, commands: readonly Command[]): void {
  const all = useContext(CommandsContext);
  useEffect(() => all.add(title, commands), [all, title, commands]);
}

/** All that can be done now. */
export function useCommandGroups() {
  const all = useContext(CommandsContext);
  return useSyncExternalStore(all.subscribe, all.groups);
}

/** Has the keyboard do what the commands say. Once, in the shell. */
export function useKeyboard(): void {
  const all = useContext(CommandsContext);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const key = keyOf(event);
      if (event.defaultPrevented || (event.repeat && key !== 'j' && key !== 'k') || key === undefined) return;
      if (isTyping(event.target) && !key.startsWith('mod+')) return;
      // A dialog has the page behind it wait.
      if (document.querySelector('[role=dialog]') !== null && !key.startsWith('mod+')) return;
      const command = all.byKey(key);
      if (command === undefined) return;
      event.preventDefault();
      command.run();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [all]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
