import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { List } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { FilterText } from '../../components/filter-text.tsx';
import { filterOf, isFiltering, type ListFilter, sorts, toggled } from '../../model/list-filter.ts';
import type { ListView } from '../../model/list-view.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Select } from '../../ui/select.tsx';
import { pb } from '../../util/path-builder.ts';
import { FacetMenu } from './facet-menu.tsx';
import { StateLinks } from './state-links.tsx';

interface FilterBarProps {
  filter: ListFilter;
  view: ListView | undefined;
  list: List | undefined;
  /** Undefined: what is shown is what there is. */
  onShowNew: (() => void) | undefined;
}

/** What is left out and in which order the rest comes; all of it in the address. */
export function FilterBar({ filter, view, list, onShowNew }: FilterBarProps) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const shown = view === undefined ? {} : { view };
  const to = (next: ListFilter) => pb.applications({ ...next, ...shown });
  const toggle = (name: 'project' | 'target' | 'label') => (value: string) =>
    void navigate(to(toggled(filter, name, value)));
  useCommands(
    'Applications',
    useMemo(() => [{ id: 'filter', label: 'Filter by text', keys: '/', run: () => input.current?.select() }], []),
  );

  return (
    <search className="flex flex-col gap-2 pb-3" aria-label="Filter applications">
      <div className="flex flex-wrap items-center gap-2">
        <FilterText
          ref={input}
          fields="Name, path, revision, health"
          text={filter.q ?? ''}
          onChange={q => void navigate({ ...to({ ...filter, q }), replace: true })}
        />
        <FacetMenu
          label="Project"
          values={list?.facets.projects}
          chosen={filter.project}
          onToggle={toggle('project')}
        />
        <FacetMenu label="Target" values={list?.facets.targets} chosen={filter.target} onToggle={toggle('target')} />
        <FacetMenu label="Label" values={labelsIn(list)} chosen={filter.label} onToggle={toggle('label')} />
        {isFiltering(filter) && (
          <Link {...pb.applications(shown)} className={buttonClass('plain')}>
            Clear
          </Link>
        )}
        <div className="ml-auto flex items-center gap-2">
          <Select
            label="Order"
            value={filter.sort ?? 'attention'}
            options={sorts}
            onChange={sort => void navigate(to(filterOf({ ...filter, sort })))}
          />
          <Link
            {...pb.applications({ ...filter, ...(view === undefined ? { view: 'tiles' } : {}) })}
            className={buttonClass()}
            aria-label={view === undefined ? 'Show as tiles' : 'Show as table'}
          >
            <Icon name={view === undefined ? 'tiles' : 'rows'} />
          </Link>
        </div>
      </div>
      <div className="flex items-center gap-4">
        <div className="flex min-w-0 flex-1 gap-2 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 md:flex-wrap">
          <StateLinks
            counts={list?.counts}
            selected={filter.state ?? []}
            to={state => to(toggled(filter, 'state', state))}
          />
        </div>
        {onShowNew !== undefined && (
          <Button kind="primary" onClick={onShowNew}>
            Show changes
          </Button>
        )}
        <span className="shrink-0 text-dim max-md:sr-only" role="status">
          {list === undefined ? '' : `${list.total.toLocaleString()} of ${list.counts.all.toLocaleString()}`}
        </span>
      </div>
    </search>
  );
}

function labelsIn(list: List | undefined) {
  return list?.facets.labels.flatMap(({ key, values }) =>
    values.map(({ value, count }) => ({ value: `${key}=${value}`, count })),
  );
}
