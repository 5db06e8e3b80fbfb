import { useEffect, useRef } from 'react';

interface CheckProps {
  /** For screen readers: what it stands beside says it to all others. */
  label: string;
  isOn: boolean;
  /** Some of what it stands for is on. */
  isPartly?: boolean;
  onChange: () => void;
}

/** A box to tick, large enough for a thumb. */
export function Check({ label, isOn, isPartly = false, onChange }: CheckProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isPartly && !isOn;
  }, [isPartly, isOn]);
  return (
    <label className="-m-1.5 inline-flex shrink-0 cursor-pointer p-1.5">
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={isOn}
        onChange={onChange}
        className="size-4 cursor-pointer accent-accent"
      />
    </label>
  );
}
