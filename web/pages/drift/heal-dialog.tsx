import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { healBody } from '../../api/drift.ts';
import { carryOut, planQuery } from '../../api/plan.ts';
import type { Plan } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import type { DriftGroup } from '../../model/drift-groups.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { HealSteps } from './heal-steps.tsx';

interface HealDialogProps {
  groups: readonly Omit<DriftGroup, 'author'>[];
  onClose: () => void;
}

/** What healing would do; and then those very plans, application by application, or nothing. */
export function HealDialog({ groups, onClose }: HealDialogProps) {
  const client = useQueryClient();
  const plans = useQueries({ queries: groups.map(({ application, rows }) => planQuery(application, healBody(rows))) });
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const left = groups.flatMap((group, i) => {
    const plan = plans[i]?.data;
    return plan === undefined || done.has(group.application) || stepsOf(plan).length === 0 ? [] : [{ group, plan }];
  });
  const heal = useMutation({
    async mutationFn() {
      for (const { group, plan } of left) {
        await carryOut(group.application, healBody(group.rows), plan.id);
        setDone(known => new Set([...known, group.application]));
      }
    },
    onSuccess: onClose,
    async onSettled() {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['drift'] }),
        ...groups.map(({ application }) => client.invalidateQueries({ queryKey: ['application', application, 'row'] })),
      ]);
    },
  });
  const retry = () => void Promise.all(plans.map(plan => plan.refetch())).then(() => heal.reset());
  const isMaking = plans.some(({ isPending }) => isPending);
  const nothing = left.length === 0 ? 'There is nothing to do' : undefined;
  const wait = heal.isPending ? 'Being asked' : isMaking ? 'The plan is being made' : nothing;
  const [first] = groups;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={groups.length === 1 ? `Heal ${first?.application}` : `Heal in ${groups.length} applications`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" onClick={() => heal.mutate()} disabledReason={wait}>
            {left.length > 1 ? `Heal ${left.length} applications` : 'Heal'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {heal.error !== null && <ProblemView error={heal.error} onRetry={retry} />}
        {groups.map(({ application }, i) => {
          const { data, error, refetch } = plans[i] ?? {};
          return (
            <section key={application} aria-label={application} className="flex flex-col gap-3">
              {groups.length > 1 && (
                <h3 className="mono border-b border-line pb-1 font-semibold break-all">
                  {application} {done.has(application) && <span className="text-good">asked for</span>}
                </h3>
              )}
              {error !== null && error !== undefined && <ProblemView error={error} onRetry={() => void refetch?.()} />}
              {data === undefined && (error ?? null) === null && <Skeleton className="h-24 w-full" />}
              {data !== undefined && !done.has(application) && <HealSteps plan={data} />}
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}

function stepsOf({ waves }: Plan) {
  return waves.flatMap(wave => wave.steps);
}
