import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { rowQuery } from '../../../api/application.ts';
import type { ResourceAct, TreeNode } from '../../../api/types.ts';
import { useCommands } from '../../../components/commands.ts';
import { disabledReason } from '../../../model/actions.ts';
import type { Command } from '../../../model/commands.ts';
import { actRefusal, actWords, belowIt } from '../../../model/resource-acts.ts';
import { Button } from '../../../ui/button.tsx';
import { PlanDialog } from '../sync/plan-dialog.tsx';

const ResourceActDialog = lazy(() =>
  import('./resource-act-dialog.tsx').then(one => ({ default: one.ResourceActDialog })),
);

interface ResourceActionsProps {
  name: string;
  node: TreeNode;
  nodes: readonly TreeNode[];
}

/** What one can do with this one thing; each with the reason why not, where one may not. */
export function ResourceActions({ name, node, nodes }: ResourceActionsProps) {
  const [open, setOpen] = useState<ResourceAct | 'sync'>();
  const { data: row } = useQuery(rowQuery(name));
  const { key, id, acts, declared, hook } = node;
  const isSyncable = declared && !hook;
  const syncRefusal = row === undefined ? 'Not known yet' : disabledReason('sync', row);
  const commands = useMemo<Command[]>(() => {
    const what = `${id.kind} ${id.name}`;
    const sync = {
      id: 'sync one',
      label: `Sync only ${what}…`,
      disabledReason: syncRefusal,
      run: () => setOpen('sync'),
    };
    return [
      ...(isSyncable ? [sync] : []),
      ...acts.map(act => ({
        id: act,
        label: `${actWords[act]} ${what}…`,
        disabledReason: actRefusal(act, node),
        run: () => setOpen(act),
      })),
    ];
  }, [id, node, acts, isSyncable, syncRefusal]);
  useCommands('Resource', commands);
  const below = useMemo(() => belowIt(nodes, key), [nodes, key]);
  if (!isSyncable && acts.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2 pt-1">
      {isSyncable && (
        <Button disabledReason={syncRefusal} onClick={() => setOpen('sync')} aria-label={`Sync ${id.kind} ${id.name}`}>
          Sync…
        </Button>
      )}
      {acts.map(act => (
        <Button
          key={act}
          kind={act === 'delete' ? 'danger' : 'normal'}
          disabledReason={actRefusal(act, node)}
          onClick={() => setOpen(act)}
          aria-label={`${actWords[act]} ${id.kind} ${id.name}`}
        >
          {actWords[act]}…
        </Button>
      ))}
      {open === 'sync' && <PlanDialog name={name} initial={{ resources: [key] }} onClose={() => setOpen(undefined)} />}
      {(open === 'restart' || open === 'delete') && (
        <Suspense>
          <ResourceActDialog name={name} node={node} act={open} below={below} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </div>
  );
}
