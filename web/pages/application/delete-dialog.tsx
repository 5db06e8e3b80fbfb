import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { post } from '../../api/client.ts';
import { removalQuery } from '../../api/plan.ts';
import { isPlanChanged } from '../../api/problem.ts';
import type { Removal } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { waveTitle } from '../../model/plan-view.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { api } from '../../util/api-paths.ts';
import { HeldBackList } from './sync/held-back-list.tsx';
import { PlanStep } from './sync/plan-step.tsx';

/** What would be deleted is the question; its name, typed, is the answer. */
export function DeleteDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const form = useId();
  const queryClient = useQueryClient();
  const [isOrphan, setOrphan] = useState(false);
  const [typed, setTyped] = useState('');
  const { data, error, isFetching, refetch } = useQuery(removalQuery(name));
  const remove = useMutation({
    mutationFn: ({ id }: Removal) => post(api.act(name, 'remove'), isOrphan ? { orphan: true } : { expect: id }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['application', name] });
      onClose();
    },
    onError: problem => {
      if (isPlanChanged(problem)) void refetch();
    },
  });
  const steps = data?.waves.flatMap(wave => wave.steps) ?? [];
  const count = steps.filter(({ action }) => action === 'delete').length;
  const reason =
    data === undefined || isFetching
      ? 'The list is being made'
      : remove.isPending
        ? 'Being asked'
        : typed === name
          ? undefined
          : `Type ${name} first`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason === undefined && data !== undefined) remove.mutate(data);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Delete ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" type="submit" form={form} disabledReason={reason}>
            {isOrphan ? 'Let go of it' : `Delete ${count === 1 ? '1 resource' : `${count} resources`}`}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-3">
        {remove.error !== null &&
          (isPlanChanged(remove.error) ? (
            <Notice tone="warn" title="Nothing was done: there is something else to delete by now">
              This is what would be deleted now.
            </Notice>
          ) : (
            <ProblemView error={remove.error} />
          ))}
        <fieldset className="flex flex-col gap-1">
          <legend className="sr-only">What happens to what runs</legend>
          <Choice label="Delete what runs" isOn={!isOrphan} onChoose={() => setOrphan(false)} />
          <Choice
            label="Let go of it: what runs stays, and nobody looks after it"
            isOn={isOrphan}
            onChoose={() => setOrphan(true)}
          />
        </fieldset>
        {data === undefined && error === null && <Skeleton className="h-32 w-full" />}
        {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
        {data !== undefined && !isOrphan && <What removal={data} count={count} />}
        {data?.declared === true && (
          <Notice tone="warn" title="Git still declares it">
            It is suspended, so that it does not come back at once. Whoever resumes or syncs it brings it back. To be
            rid of it, take its declaration out of Git.
          </Notice>
        )}
        <Field
          label={`Type ${name} to confirm`}
          autoComplete="off"
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function Choice({ label, isOn, onChoose }: { label: string; isOn: boolean; onChoose: () => void }) {
  return (
    <label className="flex items-center gap-2">
      <input type="radio" name="what" checked={isOn} onChange={onChoose} className="accent-accent" /> {label}
    </label>
  );
}

function What({ removal: { waves, stays }, count }: { removal: Removal; count: number }) {
  if (waves.length === 0 && stays.length === 0) return <p className="text-dim">Nothing of it runs.</p>;
  return (
    <>
      {count > 0 && <p className="font-semibold text-bad">delete {count}</p>}
      <div className="flex max-h-[40vh] flex-col gap-3 overflow-y-auto">
        {waves.map(wave => (
          <section key={`${wave.phase} ${wave.wave} ${wave.prune} ${wave.steps[0]?.key}`} aria-label={waveTitle(wave)}>
            <h3 className="pb-1 font-semibold">
              {waveTitle(wave)} <span className="font-normal text-dim">{wave.steps.length}</span>
            </h3>
            <ul className="rounded-md border border-line">
              {wave.steps.map(step => (
                <PlanStep key={`${step.key} ${step.action}`} step={{ ...step, reason: '' }} />
              ))}
            </ul>
          </section>
        ))}
        <HeldBackList title="Stays" held={stays} />
      </div>
    </>
  );
}
