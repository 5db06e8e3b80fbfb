import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { acceptanceQuery, propose } from '../../api/drift.ts';
import type { Acceptance, DriftRow, Drifts } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { driftRefusal } from '../../model/drift-rights.ts';
import { fieldPath } from '../../model/field-path.ts';
import { Button } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Patch } from './patch.tsx';
import { ProposedBranch } from './proposed-branch.tsx';

interface AcceptDialogProps {
  name: string;
  rows: readonly DriftRow[];
  about: Drifts['about'][string] | undefined;
  onClose: () => void;
}

/** The commit that would make Git say what is live: pushed as a branch, or taken along as a patch. */
export function AcceptDialog({ name, rows, about, onClose }: AcceptDialogProps) {
  const { data, error, refetch } = useQuery(acceptanceQuery(name, rows));
  const [reason, setReason] = useState('');
  const push = useMutation({ mutationFn: (expect: string) => propose(name, rows, expect, reason.trim()) });
  const hasPatch = data !== undefined && data.patch !== '';
  const isPushed = push.data !== undefined;
  const wait = push.isPending ? 'Being pushed' : undefined;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Accept what is live in ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {hasPatch && !isPushed && (
            <Button
              kind="primary"
              disabledReason={driftRefusal('propose', about) ?? wait}
              onClick={() => push.mutate(data.id)}
            >
              Push as a branch
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton className="h-48 w-full" />}
        {push.error !== null && (
          <ProblemView error={push.error} onRetry={() => void refetch().then(() => push.reset())} />
        )}
        {push.data !== undefined && <ProposedBranch proposed={push.data} />}
        {hasPatch && !isPushed && (
          <Field
            label="Why"
            placeholder="It goes into the message of the commit"
            maxLength={2_000}
            value={reason}
            onChange={({ target: { value } }) => setReason(value)}
          />
        )}
        {data !== undefined && <ByHand acceptance={data} isPushed={isPushed} />}
      </div>
    </Dialog>
  );
}

function ByHand({
  acceptance: { patch, command, repoURL, notAccepted },
  isPushed,
}: {
  acceptance: Acceptance;
  isPushed: boolean;
}) {
  return (
    <>
      {patch === '' && <Notice tone="warn" title="Nothing of it can be accepted" />}
      {patch !== '' && <Patch text={patch} />}
      {patch !== '' && !isPushed && (
        <div>
          <p className="text-dim">
            By hand: copy the patch, and give it to this in a clone of <span className="mono break-all">{repoURL}</span>
          </p>
          <p className="mt-1 flex items-center gap-2 rounded-md bg-raised px-2.5 py-1.5">
            <code className="mono min-w-0 flex-1 break-all">{command}</code>
            <Copy text={command} what="the command" />
          </p>
        </div>
      )}
      {notAccepted.length > 0 && (
        <section aria-label="Not accepted" className="flex flex-col gap-1.5">
          <h3 className="font-semibold">Not accepted</h3>
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
    </>
  );
}
