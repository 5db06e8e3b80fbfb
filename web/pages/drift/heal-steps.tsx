import type { Plan } from '../../api/types.ts';
import { FieldChanges } from '../../components/field-changes.tsx';
import { Notice } from '../../ui/notice.tsx';

const verbs = {
  create: 'Create',
  change: 'Change',
  recreate: 'Delete and create',
  delete: 'Delete',
  run: 'Run',
} as const;

/** What is done to each, and what is left as it is, with the reason. */
export function HealSteps({ plan: { waves, guard, heldBack } }: { plan: Plan }) {
  const steps = waves.flatMap(wave => wave.steps);
  return (
    <>
      {steps.length === 0 && heldBack.length === 0 && <p className="text-dim">It is as Git declares it already.</p>}
      {guard !== undefined && (
        <Notice tone="warn" title={guard}>
          A sync that confirms it deletes them: it is asked for on the page of the application.
        </Notice>
      )}
      {heldBack
        .filter(({ reason }) => reason !== guard)
        .map(({ key, id, reason }) => (
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
