import { useMutation, useQueryClient } from '@tanstack/react-query';
import { accountsQuery } from '../../api/account.ts';
import { post } from '../../api/client.ts';
import type { Account, Invitation } from '../../api/types.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { SecretDialog } from '../../components/secret-dialog.tsx';
import { exactTime } from '../../model/time.ts';
import { Field } from '../../ui/field.tsx';
import { api } from '../../util/api-paths.ts';

interface InviteDialogProps {
  /** Undefined: somebody new. */
  account?: Account;
  mayMakeAdmins: boolean;
  onClose: () => void;
}

/** Makes a link by which somebody comes in for the first time, or in again; it is shown this once. */
export function InviteDialog({ account, mayMakeAdmins, onClose }: InviteDialogProps) {
  const queryClient = useQueryClient();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: ({ name, admin }: { name: string; admin: boolean }) =>
      post<Invitation>(api.actOnAccount(name, 'invite'), { admin }),
    onSuccess: () => queryClient.invalidateQueries(accountsQuery),
  });
  if (data !== undefined)
    return (
      <SecretDialog
        title={`The link for ${data.name}`}
        secret={data.link}
        what="the link"
        note={`Give it to ${data.name} only. It is good once, until ${exactTime(data.expiresAt)}.`}
        onClose={onClose}
      />
    );
  return (
    <FormDialog
      title={account === undefined ? 'Invite somebody' : `A new link for ${account.name}`}
      action="Make the link"
      pending={isPending ? 'It is being made' : undefined}
      error={error}
      onSubmit={given => {
        const name = account?.name ?? String(given.get('name')).trim();
        const isAdmin = account === undefined ? given.get('admin') !== null : account.admin;
        mutate({ name, admin: isAdmin });
      }}
      onClose={onClose}
    >
      {account === undefined ? (
        <>
          <Field
            label="Name"
            name="name"
            hint="What the policy and the records call them. What they may is said by the policy, under this name."
            required
            maxLength={100}
          />
          {mayMakeAdmins && (
            <label className="flex items-center gap-2">
              <input type="checkbox" name="admin" className="size-4 accent-accent" />
              With the role admin: may do everything
            </label>
          )}
        </>
      ) : (
        <p>{whatFor(account)}</p>
      )}
    </FormDialog>
  );
}

function whatFor({ name, state }: Account): string {
  if (state === 'invited') return 'The link before leads nowhere any more.';
  const before = state === 'disabled' ? `${name} comes in again by it. ` : '';
  return `${before}Whoever opens it chooses a new password or passkey. What ${name} signs in by now is good until then, and its sessions, too.`;
}
