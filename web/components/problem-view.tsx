import { problemOf } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

/** What went wrong and what to do, where it went wrong. */
export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { message, advice, code, fault } = problemOf(error);
  return (
    <Notice tone={fault === 'external' ? 'warn' : 'bad'} title={message}>
      <p>{advice}</p>
      <div className="flex items-center gap-3 pt-2">
        {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
        <span className="mono text-faint">{code}</span>
      </div>
    </Notice>
  );
}
