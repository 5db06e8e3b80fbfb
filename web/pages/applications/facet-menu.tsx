import { CheckMenu } from '../../ui/check-menu.tsx';
import { chipClass } from '../../ui/chip.ts';

interface FacetMenuProps {
  label: string;
  values: readonly { value: string; count: number }[] | undefined;
  chosen: readonly string[] | undefined;
  onToggle: (value: string) => void;
}

/** The values that there are, to choose from. Where there is only one, there is nothing to choose. */
export function FacetMenu({ label, values = [], chosen = [], onToggle }: FacetMenuProps) {
  if (values.length < 2 && chosen.length === 0) return null;
  const known = new Map(values.map(({ value, count }) => [value, count]));
  const all = [...new Set([...chosen, ...known.keys()])];
  return (
    <CheckMenu
      trigger={
        <button type="button" className={chipClass(chosen.length > 0)}>
          {label}
          {chosen.length > 0 && <b className="max-w-40 truncate font-semibold">{chosen.join(', ')}</b>}
        </button>
      }
      items={all.map(value => ({
        value,
        note: known.get(value)?.toLocaleString() ?? '0',
        isChecked: chosen.includes(value),
      }))}
      onToggle={onToggle}
    />
  );
}
