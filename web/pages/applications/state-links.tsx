import { Link, type LinkProps } from '@tanstack/react-router';
import type { List, ListState } from '../../api/types.ts';
import { states } from '../../model/list-filter.ts';
import { chipClass } from '../../ui/chip.ts';
import { StatusIcon } from '../../ui/status-icon.tsx';

interface StateLinksProps {
  counts: List['counts'] | undefined;
  selected: readonly ListState[];
  to: (state: ListState) => LinkProps;
}

/** How many there are of what needs attention; each count leads to them. What there is none of is left out, but for the first three. */
export function StateLinks({ counts, selected, to }: StateLinksProps) {
  const shown = (Object.keys(states) as ListState[]).filter(
    (state, index) => index < 3 || (counts?.[state] ?? 0) > 0 || selected.includes(state),
  );
  return shown.map(state => {
    const { shape, tone, label } = states[state];
    const isOn = selected.includes(state);
    const count = counts?.[state] ?? 0;
    return (
      <Link key={state} {...to(state)} className={chipClass(isOn)} aria-current={isOn ? 'true' : undefined}>
        <StatusIcon shape={shape} tone={count === 0 ? 'quiet' : tone} />
        {label}
        <b className="min-w-[1ch] font-semibold">{counts === undefined ? '–' : count.toLocaleString()}</b>
      </Link>
    );
  });
}
