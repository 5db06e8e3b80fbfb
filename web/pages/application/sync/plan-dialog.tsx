import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { carryOut, planQuery } from '../../../api/plan.ts';
import { isPlanChanged } from '../../../api/problem.ts';
import type { Plan, PlanAsked } from '../../../api/types.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { type Choice, choicesOf, leftOut, toggled, withAll } from '../../../model/plan-choice.ts';
import { planRefusal } from '../../../model/plan-view.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { useSettled } from '../../../ui/use-settled.ts';
import { PlanLeftOut } from './plan-left-out.tsx';
import { PlanOptions } from './plan-options.tsx';
import { PlanView } from './plan-view.tsx';
import { RevisionChoice } from './revision-choice.tsx';

interface PlanDialogProps {
  name: string;
  /** What is asked for at first: `{rollbackTo}` for a rollback. */
  initial?: PlanAsked;
  onClose: () => void;
}

/** Several ticks one after the other are one question. */
const settleMs = 250;

/** The plan is the question: what is confirmed is what is shown, or nothing is done. */
export function PlanDialog({ name, initial = {}, onClose }: PlanDialogProps) {
  const [asked, setAsked] = useState(initial);
  const settled = useSettled(asked, settleMs);
  const isEmpty = asked.resources?.length === 0;
  const queryClient = useQueryClient();
  const { data, error, isFetching, refetch } = useQuery({
    ...planQuery(name, settled),
    enabled: settled.resources?.length !== 0,
    placeholderData: keepPreviousData,
  });
  const start = useMutation({
    mutationFn: (expect: string) => carryOut(name, asked, expect),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['application', name] });
      onClose();
    },
    onError: problem => {
      if (isPlanChanged(problem)) void refetch();
    },
  });
  const isRollback = asked.rollbackTo !== undefined;
  const plan = error === null ? data : undefined;
  const isSettled = settled === asked && !isFetching;
  // What can be chosen is what a sync of everything would do; of that only a plan for everything tells.
  const [all, setAll] = useState<{ plan: Plan; choices: readonly Choice[] }>();
  if (plan !== undefined && isSettled && asked.resources === undefined && all?.plan !== plan)
    setAll({ plan, choices: choicesOf(plan) });
  const choices = all?.choices ?? (plan === undefined ? [] : choicesOf(plan));

  const verb = isRollback ? 'Roll back' : 'Sync';
  const deletes = (plan?.counts.delete ?? 0) + (plan?.counts.recreate ?? 0);
  const reason = isEmpty
    ? 'Nothing is chosen'
    : !isSettled
      ? 'The plan is being made'
      : plan === undefined
        ? 'There is no plan'
        : start.isPending
          ? 'Being asked'
          : planRefusal(plan);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={asked.resources === undefined ? `${verb} ${name}` : titleOf(asked.resources.length, name)}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind={deletes > 0 && !isEmpty ? 'danger' : 'primary'}
            disabledReason={reason}
            onClick={() => plan !== undefined && start.mutate(plan.id)}
          >
            {deletes > 0 && !isEmpty ? `${verb}, delete ${deletes}` : verb}
          </Button>
        </>
      }
    >
      {start.error !== null &&
        (isPlanChanged(start.error) ? (
          <div className="pb-3">
            <Notice tone="warn" title="Nothing was done: Git or the target has changed since the plan was made">
              {isFetching ? 'The plan is being made again.' : 'This is what would be done now.'}
            </Notice>
          </div>
        ) : (
          <div className="pb-3">
            <ProblemView error={start.error} />
          </div>
        ))}
      {!isRollback && (
        <div className="flex flex-col gap-2 pb-3">
          <RevisionChoice name={name} asked={asked} onChange={setAsked} />
          <PlanOptions asked={asked} plan={plan} onChange={setAsked} />
        </div>
      )}
      {error !== null && !isEmpty && <ProblemView error={error} onRetry={() => void refetch()} />}
      {plan === undefined && error === null && !isEmpty && <PlanSkeleton />}
      {isEmpty && <p className="py-2 text-dim">Nothing is chosen. Tick what is to be synced.</p>}
      {plan !== undefined && !isEmpty && (
        <div aria-busy={!isSettled}>
          <PlanView
            plan={plan}
            choose={
              isRollback || (choices.length < 2 && asked.resources === undefined)
                ? undefined
                : {
                    isChosen: key => asked.resources?.includes(key) ?? true,
                    toggle: key => setAsked(toggled(asked, choices, key)),
                    none: asked.resources === undefined ? () => setAsked(withAll(asked, false)) : undefined,
                  }
            }
          />
        </div>
      )}
      {asked.resources !== undefined && (
        <PlanLeftOut
          choices={leftOut(asked, choices)}
          onTake={key => setAsked(toggled(asked, choices, key))}
          onAll={() => setAsked(withAll(asked, true))}
        />
      )}
    </Dialog>
  );
}

function titleOf(count: number, name: string): string {
  return `Sync ${count === 1 ? '1 resource' : `${count} resources`} of ${name}`;
}

function PlanSkeleton() {
  return (
    <div role="status" aria-label="The plan is being made" className="flex flex-col gap-3">
      <Skeleton className="h-5 w-72 max-w-full" />
      <Skeleton className="h-5 w-48" />
      <Skeleton className="h-32 w-full" />
    </div>
  );
}
