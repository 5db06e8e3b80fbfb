import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { carryOut, planQuery } from '../../../api/plan.ts';
import { isPlanChanged } from '../../../api/problem.ts';
import type { PlanAsked } from '../../../api/types.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { planRefusal } from '../../../model/plan-view.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { PlanOptions } from './plan-options.tsx';
import { PlanView } from './plan-view.tsx';

interface PlanDialogProps {
  name: string;
  /** What is asked for at first: `{rollbackTo}` for a rollback. */
  initial?: PlanAsked;
  onClose: () => void;
}

/** The plan is the question: what is confirmed is what is shown, or nothing is done. */
export function PlanDialog({ name, initial = {}, onClose }: PlanDialogProps) {
  const [asked, setAsked] = useState(initial);
  const queryClient = useQueryClient();
  const { data, error, isFetching, refetch } = useQuery({
    ...planQuery(name, asked),
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
  const plan = error === null ? data : undefined;
  const isRollback = asked.rollbackTo !== undefined;
  const verb = isRollback ? 'Roll back' : 'Sync';
  const deletes = (plan?.counts.delete ?? 0) + (plan?.counts.recreate ?? 0);
  const reason = isFetching
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
      title={`${verb} ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind={deletes > 0 ? 'danger' : 'primary'}
            disabledReason={reason}
            onClick={() => plan !== undefined && start.mutate(plan.id)}
          >
            {deletes > 0 ? `${verb}, delete ${deletes}` : verb}
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
      {!isRollback && <PlanOptions asked={asked} plan={plan} onChange={setAsked} />}
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {plan === undefined && error === null && <PlanSkeleton />}
      {plan !== undefined && (
        <div aria-busy={isFetching}>
          <PlanView plan={plan} />
        </div>
      )}
    </Dialog>
  );
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
