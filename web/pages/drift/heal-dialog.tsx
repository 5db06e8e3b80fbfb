import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { healBody } from '../../api/drift.ts';
import { carryOut, planQuery } from '../../api/plan.ts';
import type { DriftRow, Plan } from '../../api/types.ts';
import { FieldChanges } from '../../components/field-changes.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

interface HealDialogProps {
  name: string;
  rows: readonly DriftRow[];
  onClose: () => void;
}

/** What healing would do; and then that very plan, or nothing. */
export function HealDialog({ name, rows, onClose }: HealDialogProps) {
  const client = useQueryClient();
  const { data: plan, error, refetch } = useQuery(planQuery(name, healBody(rows)));
  const heal = useMutation({
    mutationFn: (expect: string) => carryOut(name, healBody(rows), expect),
    async onSuccess() {
      onClose();
      await Promise.all([
        client.invalidateQueries({ queryKey: ['drift'] }),
        client.invalidateQueries({ queryKey: ['application', name, 'row'] }),
      ]);
    },
  });
  const steps = plan?.waves.flatMap(wave => wave.steps) ?? [];
  const wait =
    plan === undefined ? 'The plan is being made' : steps.length === 0 ? 'There is nothing to do' : undefined;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Heal ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            onClick={() => plan !== undefined && heal.mutate(plan.id)}
            disabledReason={heal.isPending ? 'Being asked' : wait}
          >
            Heal
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
        {heal.error !== null && (
          <ProblemView error={heal.error} onRetry={() => void refetch().then(() => heal.reset())} />
        )}
        {plan === undefined && error === null && <Skeleton className="h-32 w-full" />}
        {plan !== undefined && <Steps plan={plan} />}
      </div>
    </Dialog>
  );
}

const verbs = {
  create: 'Create',
  change: 'Change',
  recreate: 'Delete and create',
  delete: 'Delete',
  run: 'Run',
} as const;

function Steps({ plan }: { plan: Plan }) {
  const steps = plan.waves.flatMap(wave => wave.steps);
  return (
    <>
      {steps.length === 0 && <p className="text-dim">It is as Git declares it already.</p>}
      {plan.guard !== undefined && <Notice tone="warn" title={plan.guard} />}
      {plan.heldBack.map(({ key, id, reason }) => (
        <Notice key={key} tone="warn" title={`${id.kind} ${id.name} is left as it is`}>
          {reason}
        </Notice>
      ))}
      {steps.map(({ key, id, action, changes, by, refused }) => (
        <section key={key} aria-label={`${verbs[action]} ${id.kind} ${id.name}`} className="flex flex-col gap-1.5">
          <h3 className={action === 'delete' || action === 'recreate' ? 'text-bad' : ''}>
            {verbs[action]} {id.kind} <span className="mono break-all">{id.name}</span>
          </h3>
          {refused !== undefined && (
            <Notice tone="bad" title={refused.message}>
              {refused.advice}
            </Notice>
          )}
          {action === 'change' && <FieldChanges changes={changes} by={by} />}
        </section>
      ))}
    </>
  );
}
