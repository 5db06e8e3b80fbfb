import { type RefObject, useEffect, useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { TextInput } from '../ui/text-input.tsx';
import { useSettled } from '../ui/use-settled.ts';

interface FilterTextProps {
  ref: RefObject<HTMLInputElement | null>;
  /** As the address has it. */
  text: string;
  onChange: (text: string) => void;
  /** What text is looked for in. */
  fields: string;
}

/** What is typed goes into the address when one pauses; what the address says otherwise (back, a link) goes into the field. */
export function FilterText({ ref, text, onChange, fields }: FilterTextProps) {
  const [typed, setTyped] = useState(text);
  const [shown, setShown] = useState(text);
  /** What the address was asked to say, and does not yet: when it does, that is no news, however much was typed since. */
  const [sent, setSent] = useState<readonly string[]>([]);
  const settled = useSettled(typed, 150);
  if (text !== shown) {
    const own = sent.indexOf(text);
    setShown(text);
    setSent(own < 0 ? [] : sent.slice(own + 1));
    if (own < 0) setTyped(text);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a pause in typing is news; the rest is as it then is
  useEffect(() => {
    if (settled === (sent.at(-1) ?? text) || settled !== typed) return;
    setSent([...sent, settled]);
    onChange(settled);
  }, [settled]);

  return (
    <div className="relative w-full md:w-72">
      <span className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint">
        <Icon name="search" />
      </span>
      <TextInput
        ref={ref}
        type="search"
        aria-label={`Filter by ${fields.toLowerCase()}`}
        placeholder={fields}
        className="w-full pr-8 pl-8"
        value={typed}
        onChange={event => setTyped(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {typed === '' && (
        <span className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-faint">
          <Kbd keys="/" />
        </span>
      )}
    </div>
  );
}
