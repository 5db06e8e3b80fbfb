interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  /** Words for each value, in their order. */
  options: Readonly<Record<Value, string>>;
  onChange: (value: Value) => void;
}

/** One of several, the platform's own: phones have a better one than a page could draw. */
export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={event => onChange(event.target.value as Value)}
      className="min-h-7 rounded-md border border-line bg-panel px-1.5 hover:border-line-strong pointer-coarse:min-h-10"
    >
      {Object.entries<string>(options).map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  );
}
