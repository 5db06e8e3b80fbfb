import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { deliveryBeforeQuery } from '../../api/moment.ts';
import { useCommands } from '../../components/commands.ts';
import { FilterText } from '../../components/filter-text.tsx';
import { ProjectSelect } from '../../components/project-select.tsx';
import { type ActivitySearch, activitySearchOf, spans } from '../../model/activity-search.ts';
import { localSecond, timeOfMinute } from '../../model/time.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { pb } from '../../util/path-builder.ts';

const ago = { hour: 'An hour ago', day: 'A day ago', week: 'A week ago' } as const;

/** Which moment, and which of the applications. All of it in the address. */
export function MomentFilter({ search, at }: { search: ActivitySearch; at: number }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const { data: before } = useQuery(deliveryBeforeQuery(at, search.application));
  const change = (next: ActivitySearch, replace = true) =>
    void navigate({ ...pb.activity(activitySearchOf({ ...search, ...next })), replace });
  const go = (to: number) => change({ at: String(to) }, false);
  useCommands(
    'What ran',
    useMemo(() => [{ id: 'filter', label: 'Filter', keys: '/', run: () => input.current?.select() }], []),
  );
  return (
    <search className="flex flex-wrap items-center gap-2 pb-4" aria-label="Choose a moment">
      <label className="flex items-center gap-1.5 text-dim max-md:w-full">
        <span className="max-md:sr-only">What ran at</span>
        <TextInput
          type="datetime-local"
          step={1}
          className="min-h-7 max-md:flex-1"
          value={localSecond(at)}
          onChange={({ target: { value } }) => {
            const time = timeOfMinute(value);
            if (time !== '') change({ at: time });
          }}
        />
      </label>
      <span className="flex gap-1 max-md:-mx-3 max-md:w-screen max-md:overflow-x-auto max-md:px-3">
        <Button
          disabledReason={typeof before === 'number' ? undefined : 'Nothing was delivered before'}
          onClick={() => typeof before === 'number' && go(before)}
        >
          Delivery before
        </Button>
        {(Object.keys(ago) as (keyof typeof ago)[]).map(span => (
          <Button key={span} kind="plain" onClick={() => go(Date.now() - spans[span])}>
            {ago[span]}
          </Button>
        ))}
      </span>
      <span className="flex flex-wrap items-center gap-2 max-md:w-full md:ml-auto">
        <FilterText
          ref={input}
          fields="Application, revision, author, commit"
          text={search.q ?? search.application ?? ''}
          onChange={q => {
            const { application: _, ...rest } = search;
            void navigate({ ...pb.activity(activitySearchOf({ ...rest, q })), replace: true });
          }}
        />
        <ProjectSelect value={search.project ?? ''} onChange={project => change({ project })} />
      </span>
    </search>
  );
}
