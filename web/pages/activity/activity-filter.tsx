import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { TimelineKind } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { FilterText } from '../../components/filter-text.tsx';
import { ProjectSelect } from '../../components/project-select.tsx';
import { type ActivitySearch, activitySearchOf, kinds, kindToggled } from '../../model/activity-search.ts';
import { localMinute, timeOfMinute } from '../../model/time.ts';
import { buttonClass } from '../../ui/button.tsx';
import { chipClass } from '../../ui/chip.ts';
import { Select } from '../../ui/select.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { pb } from '../../util/path-builder.ts';
import { RecordFilter } from './record-filter.tsx';

const lasts = { '': 'Any time', hour: 'Last hour', day: 'Last day', week: 'Last week', month: 'Last month' } as const;

/** Which application, project and time; and what kind of thing, or which records. All of it in the address. */
export function ActivityFilter({ search }: { search: ActivitySearch }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const change = (next: ActivitySearch) =>
    void navigate({ ...pb.activity(activitySearchOf({ ...search, ...next })), replace: true });
  useCommands(
    'Activity',
    useMemo(() => [{ id: 'filter', label: 'Filter', keys: '/', run: () => input.current?.select() }], []),
  );
  const { tab, ...filters } = search;
  return (
    <search className="flex flex-col gap-2 pb-4" aria-label="Filter activity">
      <div className="flex flex-wrap items-center gap-2">
        <FilterText
          key={tab}
          ref={input}
          fields={tab === 'audit' ? 'Any text, revision, author' : 'Application'}
          text={(tab === 'audit' ? search.q : search.application) ?? ''}
          onChange={text => change(tab === 'audit' ? { q: text } : { application: text })}
        />
        <ProjectSelect value={search.project ?? ''} onChange={project => change({ project })} />
        <Select
          label="Since"
          value={search.last ?? ''}
          options={lasts}
          onChange={last => change(last === '' ? activitySearchOf({ ...search, last }) : { last })}
        />
        <label className="flex items-center gap-1.5 text-dim">
          until
          <TextInput
            type="datetime-local"
            className="min-h-7"
            value={search.to === undefined ? '' : localMinute(Number(search.to))}
            onChange={({ target: { value } }) => change({ to: timeOfMinute(value) })}
          />
        </label>
        {Object.keys(filters).length > 0 && (
          <Link {...pb.activity(tab === undefined ? {} : { tab })} className={buttonClass('plain')}>
            Clear
          </Link>
        )}
      </div>
      {tab === 'audit' ? <RecordFilter search={search} onChange={change} /> : <KindLinks search={search} />}
    </search>
  );
}

function KindLinks({ search }: { search: ActivitySearch }) {
  return (
    <div className="flex gap-2 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 md:flex-wrap">
      {(Object.keys(kinds) as TimelineKind[]).map(kind => {
        const { shape, tone, label } = kinds[kind];
        const isOn = search.kind?.includes(kind) ?? false;
        return (
          <Link
            key={kind}
            {...pb.activity(kindToggled(search, kind))}
            className={chipClass(isOn)}
            aria-current={isOn ? 'true' : undefined}
          >
            <StatusIcon shape={shape} tone={tone} />
            {label}
          </Link>
        );
      })}
    </div>
  );
}
