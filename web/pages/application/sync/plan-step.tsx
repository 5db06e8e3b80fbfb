import type { Plan } from '../../../api/types.ts';
import { FieldChanges } from '../../../components/field-changes.tsx';
import { actionViews } from '../../../model/plan-view.ts';
import { Check } from '../../../ui/check.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Mono } from '../../../ui/mono.tsx';
import { toneText } from '../../../ui/tone.ts';
import type { Choosing } from './plan-view.tsx';

type Step = Plan['waves'][number]['steps'][number];

/** What is done to one resource; field by field where one asks for it. */
export function PlanStep({ step, choose }: { step: Step; choose?: Choosing | undefined }) {
  const { changes, by, refused, reason, key, id, action } = step;
  const isChoosable = choose !== undefined && action !== 'run';
  return (
    <li className={cx('relative border-b border-line last:border-b-0', isChoosable && 'pl-7')}>
      {isChoosable && (
        <span className="absolute top-2 left-3">
          <Check
            label={`${action} ${id.kind} ${id.name}`}
            isOn={choose.isChosen(key)}
            onChange={() => choose.toggle(key)}
          />
        </span>
      )}
      {changes.length === 0 ? (
        <div className="px-3 py-1.5">
          <Line step={step} />
        </div>
      ) : (
        <details className="group">
          <summary className="flex cursor-pointer list-none items-start gap-1 px-3 py-1.5 hover:bg-raised">
            <span className="min-w-0 flex-1">
              <Line step={step} />
            </span>
            <span className="flex items-center gap-1 text-small whitespace-nowrap text-dim">
              {changes.length === 1 ? '1 field' : `${changes.length} fields`}
              <Icon name="chevron" className="size-3.5 group-open:rotate-90" />
            </span>
          </summary>
          <div className="px-3 pt-1 pb-3">
            <FieldChanges changes={changes} by={by} words={{ live: 'now', declared: 'then' }} />
          </div>
        </details>
      )}
      {(reason !== '' || refused !== undefined) && (
        <div className="px-3 pb-1.5 pl-8">
          {reason !== '' && <p className="text-small break-words text-dim">{reason}</p>}
          {refused !== undefined && (
            <p className="break-words text-bad">
              It would be refused: {refused.message} <span className="text-dim">{refused.advice}</span>
            </p>
          )}
        </div>
      )}
    </li>
  );
}

function Line({ step: { id, action } }: { step: Step }) {
  const { sign, word, tone } = actionViews[action];
  return (
    <span className="flex items-baseline gap-2">
      <span className={cx('mono w-3 shrink-0 text-center font-semibold', toneText[tone])} aria-hidden="true">
        {sign}
      </span>
      <span className="min-w-0 break-words">
        <span className={toneText[tone]}>{word}</span> {id.kind} <Mono text={id.name} most={50} />
      </span>
    </span>
  );
}
