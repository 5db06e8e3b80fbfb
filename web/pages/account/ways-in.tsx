import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ownAccountQuery } from '../../api/account.ts';
import { post } from '../../api/client.ts';
import type { OwnAccount } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import type { Command } from '../../model/commands.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { api } from '../../util/api-paths.ts';
import { PasskeyDialog } from './passkey-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { Section } from './section.tsx';

type Passkey = OwnAccount['passkeys'][number];

/** By what one signs in: a password and passkeys, where the account is here. */
export function WaysIn({ account }: { account: OwnAccount }) {
  const { local, password, passkeys, passkeysHere, provider } = account;
  const [open, setOpen] = useState<'password' | 'passkey' | Passkey>();
  const queryClient = useQueryClient();
  const close = () => setOpen(undefined);
  const reload = () => queryClient.invalidateQueries(ownAccountQuery);
  const noPasskeys = passkeysHere ? undefined : 'Browsers have passkeys for names over https, and for localhost, only';
  const commands = useMemo<Command[]>(
    () =>
      local
        ? [
            { id: 'password', label: 'Change your password…', run: () => setOpen('password') },
            { id: 'passkey', label: 'Add a passkey…', run: () => setOpen('passkey'), disabledReason: noPasskeys },
          ]
        : [],
    [local, noPasskeys],
  );
  useCommands('Account', commands);
  if (!local)
    return (
      <Section title="Password and passkeys">
        <Notice tone="quiet" title={`They are not here: ${provider ?? 'your token'} says who you are`} />
      </Section>
    );
  const isOnlyWay = !password && passkeys.length === 1;

  return (
    <Section
      title="Password and passkeys"
      actions={
        <>
          <Button onClick={() => setOpen('password')}>{password ? 'Change the password…' : 'Set a password…'}</Button>
          <Button onClick={() => setOpen('passkey')} disabledReason={noPasskeys}>
            Add a passkey…
          </Button>
        </>
      }
    >
      <ul aria-label="Ways in" className="rounded-lg border border-line bg-panel">
        <li className="border-b border-line px-3 py-2 last:border-b-0">
          <span className="font-medium">Password</span>
          <p className="text-small text-dim">{password ? 'There is one' : 'There is none: only passkeys let you in'}</p>
        </li>
        {passkeys.map(passkey => (
          <li key={passkey.id} className="flex items-center gap-4 border-b border-line px-3 py-2 last:border-b-0">
            <div className="min-w-0 flex-1">
              <span className="font-medium break-words">{passkey.name}</span>
              <p className="text-small text-dim">
                Passkey, added <RelativeTime at={passkey.createdAt} />,{' '}
                {passkey.usedAt === undefined ? (
                  'never used'
                ) : (
                  <>
                    used <RelativeTime at={passkey.usedAt} />
                  </>
                )}
              </p>
            </div>
            <Button
              aria-label={`Remove the passkey ${passkey.name}`}
              onClick={() => setOpen(passkey)}
              disabledReason={
                isOnlyWay ? 'It is the only way in: set a password or add another passkey first' : undefined
              }
            >
              Remove…
            </Button>
          </li>
        ))}
      </ul>
      {open === 'password' && <PasswordDialog account={account} onDone={reload} onClose={close} />}
      {open === 'passkey' && <PasskeyDialog account={account} onDone={reload} onClose={close} />}
      {typeof open === 'object' && (
        <ConfirmDialog
          title={`Remove the passkey ${open.name}`}
          action="Remove"
          onClose={close}
          onConfirm={async () => {
            await post(api.removePasskey(open.id));
            await reload();
          }}
        >
          <p>It lets nobody in any more. All your other sessions end: somebody else may have had it.</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
