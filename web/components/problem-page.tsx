import { useRouter } from '@tanstack/react-router';
import { ProblemView } from './problem-view.tsx';

/** Where a page would be, had it not failed. */
export function ProblemPage({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <ProblemView error={error} onRetry={retry} />
    </div>
  );
}
