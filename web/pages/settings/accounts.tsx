import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { accountsQuery, ownAccountQuery } from '../../api/account.ts';
import type { Account } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import type { Command } from '../../model/commands.ts';
import { type SettingsSearch, saying } from '../../model/settings-search.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { AccountRow } from './account-row.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { Loaded } from './loaded.tsx';

/** Accounts that people have here, and who is signed in by the provider. */
export function Accounts({ q }: SettingsSearch) {
  const query = useQuery(accountsQuery);
  const { data: own } = useQuery(ownAccountQuery);
  const [inviting, setInviting] = useState<Account | 'new'>();
  const reason = own?.invites === true ? undefined : 'Your role does not include accounts, update';
  const commands = useMemo<Command[]>(
    () => [{ id: 'invite', label: 'Invite somebody…', run: () => setInviting('new'), disabledReason: reason }],
    [reason],
  );
  useCommands('Accounts', commands);
  return (
    <Loaded query={query}>
      {accounts => (
        <div className="flex flex-col gap-2">
          <div>
            <Button onClick={() => setInviting('new')} disabledReason={reason}>
              Invite somebody…
            </Button>
          </div>
          {accounts.length === 0 ? (
            <Empty title="There are no accounts, or none that you may see" />
          ) : (
            <ul aria-label="Accounts" className="rounded-lg border border-line bg-panel">
              {saying(q, accounts).map(account => (
                <AccountRow key={account.name} account={account} onInvite={() => setInviting(account)} />
              ))}
            </ul>
          )}
          {inviting !== undefined && (
            <InviteDialog
              {...(inviting === 'new' ? {} : { account: inviting })}
              mayMakeAdmins={own?.makesAdmins === true}
              onClose={() => setInviting(undefined)}
            />
          )}
        </div>
      )}
    </Loaded>
  );
}
