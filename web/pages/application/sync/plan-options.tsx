import type { Plan, PlanAsked } from '../../../api/types.ts';

type Option = 'prune' | 'force' | 'replace' | 'confirm';

const words = {
  prune: 'Delete what Git no longer declares',
  force: 'Make anew what cannot be changed',
  replace: 'Replace instead of apply',
  confirm: 'Do what is held back until somebody confirms it',
} as const satisfies Record<Option, string>;

interface PlanOptionsProps {
  asked: PlanAsked;
  plan: Plan | undefined;
  onChange: (asked: PlanAsked) => void;
}

/** How it is done otherwise; the plan shows what that would be. Ticked is what holds, also where the policy says so. */
export function PlanOptions({ asked, plan, onChange }: PlanOptionsProps) {
  const isWaiting = plan?.guard !== undefined || plan?.heldBack.some(({ confirmable }) => confirmable) === true;
  const options: Option[] = [
    'prune',
    'force',
    'replace',
    ...(isWaiting || asked.confirm ? (['confirm'] as const) : []),
  ];
  return (
    <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
      <legend className="sr-only">Options</legend>
      {options.map(option => {
        const byPolicy = option === 'confirm' ? false : (plan?.options[option] ?? false);
        const isOn = asked[option] ?? byPolicy;
        // What the policy makes so for every sync, one sync cannot undo; but for deletes, which it may leave for later.
        const isFixed = (option === 'force' || option === 'replace') && byPolicy && asked[option] === undefined;
        return (
          <label
            key={option}
            className={`flex items-center gap-1.5 pointer-coarse:min-h-10 ${isFixed ? 'text-dim' : ''}`}
            title={isFixed ? 'Its sync options say so' : undefined}
          >
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={isOn}
              disabled={isFixed}
              onChange={({ target }) => {
                const { [option]: _, ...others } = asked;
                onChange(target.checked || option === 'prune' ? { ...others, [option]: target.checked } : others);
              }}
            />
            {words[option]}
          </label>
        );
      })}
    </fieldset>
  );
}
