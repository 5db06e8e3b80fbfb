import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountsQuery } from '../../api/account.ts';
import { post } from '../../api/client.ts';
import type { Account } from '../../api/types.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import type { StatusView } from '../../model/status.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Status } from '../../ui/status.tsx';
import { type AccountAction, api } from '../../util/api-paths.ts';

const views = {
  active: { shape: 'full', tone: 'good', label: 'Active' },
  invited: { shape: 'half', tone: 'work', label: 'Invited' },
  disabled: { shape: 'pause', tone: 'quiet', label: 'Disabled' },
  provider: { shape: 'full', tone: 'good', label: 'At the provider' },
} as const satisfies Record<Account['state'], StatusView>;

interface Offer {
  action: Exclude<AccountAction, 'invite'>;
  label: string;
  title: string;
  will: string;
}

/** What can be done about an account that is like this, besides a new link. */
function offersFor({ name, state, sessions, admin }: Account): Offer[] {
  const disable = {
    active: {
      label: 'Disable…',
      title: `Disable ${name}`,
      will: 'Nobody signs in to it, and its sessions end at once.',
    },
    invited: {
      label: 'Withdraw…',
      title: `Withdraw the invitation of ${name}`,
      will: 'Its link leads nowhere any more.',
    },
  };
  const enable =
    'One signs in to it again, by the password or passkeys of before. For new ones, make a new link instead.';
  const end = `${sessions === 1 ? 'The one session ends' : `All ${sessions} sessions end`} at once; ${name} may sign in again.`;
  return [
    ...(state === 'active' || state === 'invited' ? [{ action: 'disable' as const, ...disable[state] }] : []),
    ...(state === 'disabled'
      ? [{ action: 'enable' as const, label: 'Enable…', title: `Enable ${name}`, will: enable }]
      : []),
    ...(sessions > 0
      ? [
          {
            action: 'sessions/end' as const,
            label: 'End all sessions…',
            title: `End all sessions of ${name}`,
            will: end,
          },
        ]
      : []),
    ...(admin && (state === 'active' || state === 'disabled')
      ? [
          {
            action: 'demote' as const,
            label: 'Take the role admin away…',
            title: `Take the role admin from ${name}`,
            will: `Its sessions end at once. What policies allow ${name} stays.`,
          },
        ]
      : []),
    ...(state === 'active' || state === 'disabled'
      ? [
          {
            action: 'remove' as const,
            label: 'Remove…',
            title: `Remove the account ${name}`,
            will: 'Its sessions end at once, command lines included, and so do the tokens for projects that it made. What it did stays in the audit log.',
          },
        ]
      : []),
  ];
}

export function AccountRow({ account, onInvite }: { account: Account; onInvite: () => void }) {
  const { name, admin, state, createdAt, createdBy, signedInAt, sessions, mayUpdate } = account;
  const [chosen, setChosen] = useState<Offer>();
  const queryClient = useQueryClient();
  const disabledReason = mayUpdate ? undefined : reasonFor(account);
  const link = state === 'invited' ? 'Another link…' : 'A new link…';
  const items: MenuItem[] = [
    ...(state === 'provider' ? [] : [{ label: link, onSelect: onInvite, disabledReason }]),
    ...offersFor(account).map(offer => ({
      label: offer.label,
      onSelect: () => setChosen(offer),
      disabledReason,
      isDangerous: offer.action === 'remove',
    })),
  ];
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_10rem_minmax(0,1fr)_auto] items-center gap-x-4 border-b border-line px-3 py-2 last:border-b-0 max-md:grid-cols-[minmax(0,1fr)_auto]">
      <div>
        <span className="font-medium break-all">{name}</span>
        {admin && <span className="text-dim"> · admin</span>}
        <p className="text-small text-dim">{waysOf(account)}</p>
      </div>
      <div className="max-md:col-start-1">
        <Status view={views[state]} />
      </div>
      <div className="text-small text-dim max-md:col-start-1">
        {signedInAt === undefined ? (
          'Never signed in'
        ) : (
          <>
            Signed in <RelativeTime at={signedInAt} />
          </>
        )}
        {sessions > 0 && `, ${sessions === 1 ? '1 session' : `${sessions} sessions`}`}
        <p>
          {state === 'provider' ? 'First session' : 'Made'} <RelativeTime at={createdAt} /> by {createdBy}
        </p>
      </div>
      <div className="max-md:col-start-2 max-md:row-span-3 max-md:row-start-1">
        {items.length > 0 && (
          <Menu
            trigger={
              <button
                type="button"
                aria-label={`${name}: actions`}
                className="rounded-md border border-line p-1.5 hover:bg-raised pointer-coarse:p-3"
              >
                <Icon name="more" />
              </button>
            }
            items={items}
          />
        )}
      </div>
      {chosen !== undefined && (
        <ConfirmDialog
          title={chosen.title}
          action={chosen.label.replace('…', '')}
          onClose={() => setChosen(undefined)}
          onConfirm={async () => {
            await post(api.actOnAccount(name, chosen.action));
            await queryClient.invalidateQueries(accountsQuery);
          }}
        >
          <p>{chosen.will}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

function waysOf({ password, passkeys, state }: Account): string {
  if (state === 'provider') return 'No password or passkey here';
  const keys = passkeys === 1 ? 'a passkey' : `${passkeys} passkeys`;
  const ways = [...(password ? ['a password'] : []), ...(passkeys > 0 ? [keys] : [])];
  return ways.length === 0 ? 'Has not come by the link yet' : `Signs in by ${ways.join(' or ')}`;
}

function reasonFor({ admin }: Account): string {
  return admin ? 'Only an admin changes an admin' : 'Your role does not include accounts, update';
}
