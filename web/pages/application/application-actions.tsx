import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { post } from '../../api/client.ts';
import type { ListRow } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { disabledReason } from '../../model/actions.ts';
import type { Command } from '../../model/commands.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { type ApplicationAction, api } from '../../util/api-paths.ts';

/** What one can do with it; each with the reason why not, where one cannot. */
export function ApplicationActions({ row }: { row: ListRow }) {
  const { name } = row;
  const { mutate, error, isPending } = useMutation({
    mutationFn: (action: ApplicationAction | 'refresh') =>
      action === 'refresh' ? post(api.refresh(), { application: name }) : post(api.act(name, action)),
  });
  const wait = isPending ? 'Being asked' : undefined;
  const commands = useMemo<Command[]>(
    () => [
      { id: 'refresh', label: `Look at Git now: ${name}`, keys: 'r', run: () => mutate('refresh') },
      {
        id: 'resume',
        label: `Resume ${name}`,
        run: () => mutate('resume'),
        disabledReason: disabledReason('resume', row),
      },
    ],
    [name, row, mutate],
  );
  useCommands('Application', commands);

  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button keys="r" onClick={() => mutate('refresh')} disabledReason={wait}>
          <Icon name="refresh" /> Refresh
        </Button>
        {row.operation !== undefined && (
          <Button kind="danger" onClick={() => mutate('cancel')} disabledReason={wait ?? disabledReason('cancel', row)}>
            Cancel the sync
          </Button>
        )}
        <Menu
          trigger={
            <Button aria-label="More actions">
              <Icon name="more" />
            </Button>
          }
          items={[
            { label: 'Suspend', onSelect: () => mutate('suspend'), disabledReason: disabledReason('suspend', row) },
            { label: 'Resume', onSelect: () => mutate('resume'), disabledReason: disabledReason('resume', row) },
          ]}
        />
      </div>
      {error !== null && <ProblemView error={error} />}
    </div>
  );
}
