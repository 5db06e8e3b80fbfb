import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rebuildQuery } from '../../api/moment.ts';
import type { RebuildStep } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { restoreCounts, restoreOrder, restoreWords } from '../../model/moment-view.ts';
import { actionViews } from '../../model/plan-view.ts';
import { shortRevision } from '../../model/shorten.ts';
import { exactTime } from '../../model/time.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toneText } from '../../ui/tone.ts';
import { pb } from '../../util/path-builder.ts';

interface RestoreDialogProps {
  at: string;
  /** Default: all of them. */
  application?: string;
  onClose: () => void;
}

/** What bringing back that moment would do. Nothing is done from here: that is a commit's part. */
export function RestoreDialog({ at, application, onClose }: RestoreDialogProps) {
  const { data, error, refetch } = useQuery(rebuildQuery(at, application));
  const steps = restoreOrder(data?.applications ?? []);
  const counts = restoreCounts(steps);
  const same = steps.filter(step => step.do === 'same').length;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`What restoring ${application ?? 'all'} would do`}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex flex-col gap-4">
        <p className="text-dim">
          To how it was at {exactTime(Number(at))}, by dry-run against what is live. Nothing is done from here: revert
          the commits in Git, or roll the application back in its history.
        </p>
        {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton className="h-32 w-full" />}
        {counts.length > 0 && (
          <p className="flex flex-wrap gap-x-4 font-semibold">
            {counts.map(({ text, tone }) => (
              <span key={text} className={toneText[tone]}>
                {text}
              </span>
            ))}
          </p>
        )}
        {data !== undefined && steps.length === same && (
          <p>{steps.length === 0 ? 'Nothing is known to have run then.' : 'Nothing would change: it runs as then.'}</p>
        )}
        {steps
          .filter(step => step.do !== 'same')
          .map(step => (
            <Restored key={step.application} step={step} />
          ))}
        {same > 0 && same < steps.length && <p className="text-dim">{same} more run as then.</p>}
      </div>
    </Dialog>
  );
}

/** Of one application; beyond so many the counts tell. */
const mostResources = 50;

function Restored({ step: { application, do: does, present, revision, resources, message } }: { step: RebuildStep }) {
  return (
    <section aria-label={application} className="flex flex-col gap-1">
      <h3 className="flex flex-wrap items-baseline gap-x-2 border-b border-line pb-1">
        <Link {...pb.history({ name: application })} className="mono font-semibold break-all hover:underline">
          {application}
        </Link>
        <span className={does === 'remove' ? 'text-bad' : 'text-dim'}>{restoreWords[does]}</span>
        {present !== '' && revision !== '' && present !== revision && (
          <span className="mono ml-auto text-dim">
            {shortRevision(present)} → {shortRevision(revision)}
          </span>
        )}
      </h3>
      {message !== '' && does === 'unknown' && <Notice tone="warn" title={message} />}
      {message !== '' && does === 'change' && <Notice tone="warn" title={message} />}
      <ul>
        {resources.slice(0, mostResources).map(({ key, action }) => {
          const { sign, word, tone } = actionViews[action];
          return (
            <li key={`${action} ${key}`} className="flex gap-2">
              <span className={`mono w-3 text-center ${toneText[tone]}`} title={word}>
                <span className="sr-only">{word} </span>
                <span aria-hidden="true">{sign}</span>
              </span>
              <span className="mono min-w-0 break-all">{key}</span>
            </li>
          );
        })}
      </ul>
      {resources.length > mostResources && <p className="text-dim">and {resources.length - mostResources} more</p>}
    </section>
  );
}
