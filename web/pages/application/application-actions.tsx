import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import type { ListRow, PlanAsked } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { disabledReason } from '../../model/actions.ts';
import type { Command } from '../../model/commands.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { type ApplicationAction, api } from '../../util/api-paths.ts';
import { pb } from '../../util/path-builder.ts';
import { SuspendDialog } from './suspend-dialog.tsx';
import { PlanDialog } from './sync/plan-dialog.tsx';

const DeleteDialog = lazy(() => import('./delete-dialog.tsx').then(one => ({ default: one.DeleteDialog })));

type Asked = { action: ApplicationAction | 'refresh' | 'hard refresh'; body?: object };

async function ask(name: string, { action, body }: Asked): Promise<void> {
  if (action === 'refresh') await post(api.refresh(), { application: name });
  else if (action === 'hard refresh') await post(api.refresh(), { application: name, hard: true });
  else await post(api.act(name, action), body);
}

/** What one can do with it; each with the reason why not, where one cannot. */
export function ApplicationActions({ row }: { row: ListRow }) {
  const { name } = row;
  const navigate = useNavigate();
  const [isSuspending, setSuspending] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const [planned, setPlanned] = useState<PlanAsked>();
  const { mutate, error, isPending } = useMutation({ mutationFn: (asked: Asked) => ask(name, asked) });
  const wait = isPending ? 'Being asked' : undefined;
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'sync',
        label: `Sync ${name}…`,
        keys: 's',
        run: () => setPlanned({}),
        disabledReason: disabledReason('sync', row),
      },
      {
        id: 'rollback',
        label: `Roll back ${name} to what ran before…`,
        run: () => setPlanned({ rollbackTo: '' }),
        disabledReason: disabledReason('rollback', row),
      },
      {
        id: 'cancel',
        label: `Cancel the sync of ${name}`,
        run: () => mutate({ action: 'cancel' }),
        disabledReason: disabledReason('cancel', row),
      },
      {
        id: 'hard refresh',
        label: `Look at Git now, and find out everything anew: ${name}`,
        run: () => mutate({ action: 'hard refresh' }),
      },
      { id: 'refresh', label: `Look at Git now: ${name}`, keys: 'r', run: () => mutate({ action: 'refresh' }) },
      { id: 'history', label: `History of ${name}`, run: () => void navigate(pb.history({ name })) },
      {
        id: 'suspend',
        label: `Suspend ${name}`,
        run: () => setSuspending(true),
        disabledReason: disabledReason('suspend', row),
      },
      {
        id: 'resume',
        label: `Resume ${name}`,
        run: () => mutate({ action: 'resume' }),
        disabledReason: disabledReason('resume', row),
      },
      {
        id: 'delete',
        label: `Delete ${name}…`,
        run: () => setDeleting(true),
        disabledReason: disabledReason('remove', row),
      },
    ],
    [name, row, mutate, navigate],
  );
  useCommands('Application', commands);

  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" keys="s" onClick={() => setPlanned({})} disabledReason={disabledReason('sync', row)}>
          Sync…
        </Button>
        <Button keys="r" onClick={() => mutate({ action: 'refresh' })} disabledReason={wait}>
          <Icon name="refresh" /> Refresh
        </Button>
        <Link {...pb.history({ name })} className={buttonClass()}>
          History
        </Link>
        {row.operation !== undefined && (
          <Button
            kind="danger"
            onClick={() => mutate({ action: 'cancel' })}
            disabledReason={wait ?? disabledReason('cancel', row)}
          >
            Cancel the {row.operation.revision === '' ? 'deletion' : 'sync'}
          </Button>
        )}
        <Menu
          trigger={
            <Button aria-label="More actions">
              <Icon name="more" />
            </Button>
          }
          items={[
            {
              label: 'Roll back to what ran before…',
              onSelect: () => setPlanned({ rollbackTo: '' }),
              disabledReason: disabledReason('rollback', row),
            },
            {
              label: (
                <>
                  Refresh hard
                  <div className="text-small text-dim">
                    Charts are asked for again, all is rendered and compared anew
                  </div>
                </>
              ),
              onSelect: () => mutate({ action: 'hard refresh' }),
            },
            {
              label: 'Suspend…',
              onSelect: () => setSuspending(true),
              disabledReason: disabledReason('suspend', row),
            },
            {
              label: 'Resume',
              onSelect: () => mutate({ action: 'resume' }),
              disabledReason: disabledReason('resume', row),
            },
            {
              label: 'Delete application…',
              isDangerous: true,
              onSelect: () => setDeleting(true),
              disabledReason: disabledReason('remove', row),
            },
          ]}
        />
      </div>
      {error !== null && <ProblemView error={error} />}
      {planned !== undefined && <PlanDialog name={name} initial={planned} onClose={() => setPlanned(undefined)} />}
      {isDeleting && (
        <Suspense fallback={null}>
          <DeleteDialog name={name} onClose={() => setDeleting(false)} />
        </Suspense>
      )}
      {isSuspending && (
        <SuspendDialog
          name={name}
          onSuspend={reason => mutate({ action: 'suspend', body: { reason } })}
          onClose={() => setSuspending(false)}
        />
      )}
    </div>
  );
}
