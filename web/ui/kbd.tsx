const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const words: Record<string, string> = { mod: isMac ? '⌘' : 'Ctrl ', enter: '↵', escape: 'Esc', up: '↑', down: '↓' };

/** A key as this keyboard calls it: `mod+k` is ⌘K or Ctrl K. Hidden where there is no keyboard. */
export function Kbd({ keys }: { keys: string }) {
  const text = keys
    .split('+')
    .map(key => words[key] ?? (key.length === 1 && keys.includes('+') ? key.toUpperCase() : key))
    .join('');
  return (
    <kbd className="mono rounded-sm border border-current/25 px-1 text-[0.6875rem] leading-4 pointer-coarse:hidden">
      {text}
    </kbd>
  );
}
