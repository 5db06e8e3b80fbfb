import type { Plan } from '../../../api/types.ts';
import { countViews, waveTitle } from '../../../model/plan-view.ts';
import { shortRevision } from '../../../model/shorten.ts';
import { Mono } from '../../../ui/mono.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { toneText } from '../../../ui/tone.ts';
import { HeldBackList } from './held-back-list.tsx';
import { PlanStep } from './plan-step.tsx';

/** What of it is left out, where one may leave something out. */
export interface Choosing {
  isChosen: (key: string) => boolean;
  toggle: (key: string) => void;
  /** Leaves everything out, to tick what is meant; undefined once something was left out. */
  none: (() => void) | undefined;
}

/** All that would be done, in its order, and all that would not. */
export function PlanView({ plan, choose }: { plan: Plan; choose?: Choosing | undefined }) {
  const { waves, counts, guard, warnings, heldBack, permissions, revision, commit, present } = plan;
  const refused = waves.flatMap(({ steps }) => steps).filter(step => step.refused !== undefined).length;
  const forbidden = permissions.filter(({ allowed }) => !allowed);
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-baseline gap-x-1.5">
        {present !== undefined && present.revision !== revision && (
          <>
            <Revision revision={present.revision} /> <span aria-hidden="true">→</span>
            <span className="sr-only">to</span>
          </>
        )}
        <Revision revision={revision} />
        {commit !== undefined && (
          <span className="min-w-0 break-words">
            “{commit.subject}” <span className="text-dim">{commit.author},</span> <RelativeTime at={commit.at} />
          </span>
        )}
      </p>
      <ul className="flex flex-wrap gap-x-4" aria-label="What would be done">
        {countViews(counts).map(({ text, tone }) => (
          <li key={text} className={`font-semibold ${toneText[tone]}`}>
            {text}
          </li>
        ))}
        {(counts.unchanged > 0 || waves.length === 0) && (
          <li className="text-dim">leave {counts.unchanged} as they are</li>
        )}
        {counts.heldBack > 0 && <li className="text-warn">hold back {counts.heldBack}</li>}
        {choose?.none !== undefined && waves.length > 0 && (
          <li className="ml-auto">
            <button type="button" className="text-accent hover:underline" onClick={choose.none}>
              Choose some only
            </button>
          </li>
        )}
      </ul>
      {forbidden.map(({ action, why }) => (
        <Notice key={action} tone="warn" title={`Your role does not include ${action}, and ${why}`} />
      ))}
      {refused > 0 && (
        <Notice tone="bad" title={`The target would refuse ${refused === 1 ? 'one change' : `${refused} changes`}`}>
          The sync would fail there. What to do stands with each.
        </Notice>
      )}
      {guard !== undefined && <Notice tone="warn" title={guard} />}
      {warnings.map(({ key, message }) => (
        <Notice key={`${key} ${message}`} tone="warn" title={asSentence(message)}>
          {key !== undefined && <p className="mono break-all">{key}</p>}
        </Notice>
      ))}
      {waves.length === 0 && <p className="py-2 text-dim">Nothing would be done: what runs is what is asked for.</p>}
      {waves.map(wave => (
        <section key={`${wave.phase} ${wave.wave} ${wave.prune} ${wave.steps[0]?.key}`} aria-label={waveTitle(wave)}>
          <h3 className="pb-1 font-semibold">
            {waveTitle(wave)} <span className="font-normal text-dim">{wave.steps.length}</span>
          </h3>
          <ul className="rounded-md border border-line">
            {wave.steps.map(step => (
              <PlanStep key={`${step.key} ${step.action}`} step={step} choose={choose} />
            ))}
          </ul>
        </section>
      ))}
      <HeldBackList title="Held back" held={heldBack} />
    </div>
  );
}

/** Messages of the operator are parts of sentences. */
function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Revision({ revision }: { revision: string }) {
  return <Mono text={revision} short={shortRevision(revision) || 'nothing'} />;
}
