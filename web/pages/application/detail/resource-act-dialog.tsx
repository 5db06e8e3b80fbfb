import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../../../api/client.ts';
import type { ResourceAct, TreeNode } from '../../../api/types.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { actEffect, actWords } from '../../../model/resource-acts.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Mono } from '../../../ui/mono.tsx';
import { api } from '../../../util/api-paths.ts';

interface ResourceActDialogProps {
  name: string;
  node: TreeNode;
  act: ResourceAct;
  /** What it has made, however far down. */
  below: readonly TreeNode[];
  onClose: () => void;
}

/** As many as tell what is meant. */
const mostNamed = 8;

/** Says what will happen, and then it does. */
export function ResourceActDialog({ name, node, act, below, onClose }: ResourceActDialogProps) {
  const queryClient = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => post(api.actOn(name, node.key, act)),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['application', name] });
      onClose();
    },
  });
  const isDelete = act === 'delete';
  const count = below.length + 1;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`${actWords[act]} ${node.id.kind} ${node.id.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={isDelete ? 'danger' : 'primary'}
            disabledReason={isPending ? 'Being asked' : undefined}
            onClick={() => mutate()}
          >
            {isDelete && count > 1 ? `Delete ${count}` : actWords[act]}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {error !== null && <ProblemView error={error} />}
        <p>{actEffect(act, node)}</p>
        {isDelete && below.length > 0 && (
          <section aria-label="What goes with it">
            <h3 className="pb-1 font-semibold">
              What goes with it <span className="font-normal text-dim">{below.length}</span>
            </h3>
            <ul className="rounded-md border border-line">
              {below.slice(0, mostNamed).map(({ key, id }) => (
                <li key={key} className="border-b border-line px-3 py-1.5 break-words last:border-b-0">
                  <span className="text-bad">delete</span> {id.kind} <Mono text={id.name} most={50} />
                </li>
              ))}
              {below.length > mostNamed && <li className="px-3 py-1.5 text-dim">{below.length - mostNamed} more</li>}
            </ul>
          </section>
        )}
      </div>
    </Dialog>
  );
}
