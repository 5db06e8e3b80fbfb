import { useQuery } from '@tanstack/react-query';
import { acceptanceQuery } from '../../api/drift.ts';
import type { Acceptance, DriftRow } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { fieldPath } from '../../model/field-path.ts';
import { Button } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Patch } from './patch.tsx';

interface AcceptDialogProps {
  name: string;
  rows: readonly DriftRow[];
  onClose: () => void;
}

/** The commit that would make Git say what is live. It is made by a person, in their clone. */
export function AcceptDialog({ name, rows, onClose }: AcceptDialogProps) {
  const { data, error, refetch } = useQuery(acceptanceQuery(name, rows));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Accept what is live in ${name}`}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="h-48 w-full" />}
      {data !== undefined && <Proposal acceptance={data} />}
    </Dialog>
  );
}

function Proposal({ acceptance: { patch, command, subject, repoURL, notAccepted } }: { acceptance: Acceptance }) {
  return (
    <div className="flex flex-col gap-3">
      {patch === '' ? (
        <Notice tone="warn" title="Nothing of it can be accepted" />
      ) : (
        <>
          <p className="font-medium">{subject}</p>
          <div>
            <p className="text-dim">
              Copy the patch, and give it to this in a clone of <span className="mono break-all">{repoURL}</span>:
            </p>
            <p className="mt-1 flex items-center gap-2 rounded-md bg-raised px-2.5 py-1.5">
              <code className="mono min-w-0 flex-1 break-all">{command}</code>
              <Copy text={command} what="the command" />
            </p>
          </div>
          <Patch text={patch} />
        </>
      )}
      {notAccepted.length > 0 && (
        <section aria-label="Not accepted" className="flex flex-col gap-1.5">
          <h3>Not accepted</h3>
          {notAccepted.map(({ key, path, why }) => (
            <p key={`${key} ${path}`}>
              <span className="mono break-all">
                {key} {fieldPath(path)}
              </span>
              <br />
              <span className="text-dim">{why}</span>
            </p>
          ))}
        </section>
      )}
    </div>
  );
}
