import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Drifts } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { FilterText } from '../../components/filter-text.tsx';
import { ProjectSelect } from '../../components/project-select.tsx';
import { authorWords } from '../../model/drift-groups.ts';
import { type DriftSearch, driftSearchOf } from '../../model/drift-search.ts';
import { buttonClass } from '../../ui/button.tsx';
import { chipClass } from '../../ui/chip.ts';
import { pb } from '../../util/path-builder.ts';

/** What is left out; and who made the rest, each a link to what they made. */
export function DriftFilter({ search, drifts }: { search: DriftSearch; drifts: Drifts | undefined }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const to = (next: DriftSearch) => pb.drift(driftSearchOf({ ...next }));
  useCommands(
    'Drift',
    useMemo(() => [{ id: 'filter', label: 'Filter by text', keys: '/', run: () => input.current?.select() }], []),
  );
  return (
    <search className="flex flex-col gap-2 pb-4" aria-label="Filter drift">
      <div className="flex flex-wrap items-center gap-2">
        <FilterText
          ref={input}
          fields="Application, resource, field, author"
          text={search.q ?? ''}
          onChange={q => void navigate({ ...to({ ...search, q }), replace: true })}
        />
        <ProjectSelect value={search.project ?? ''} onChange={project => void navigate(to({ ...search, project }))} />
        {Object.keys(search).length > 0 && (
          <Link {...pb.drift()} className={buttonClass('plain')}>
            Clear
          </Link>
        )}
        <span className="ml-auto text-dim" role="status">
          {drifts !== undefined && countsOf(drifts)}
        </span>
      </div>
      <div className="flex gap-2 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 md:flex-wrap">
        {drifts?.authors.map(({ name, count }) => {
          const isOn = search.by === name;
          const { by: _, ...rest } = search;
          return (
            <Link
              key={name}
              {...to(isOn ? rest : { ...search, by: name })}
              className={chipClass(isOn)}
              aria-current={isOn ? 'true' : undefined}
            >
              {authorWords(name)} <b className="font-semibold">{count.toLocaleString()}</b>
            </Link>
          );
        })}
      </div>
    </search>
  );
}

function countsOf({ total, applications }: Drifts): string {
  const where = applications === 1 ? '1 application' : `${applications.toLocaleString()} applications`;
  return total === 0 ? '' : `${total.toLocaleString()} in ${where}`;
}
