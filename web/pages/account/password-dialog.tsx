import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { OwnAccount } from '../../api/types.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { api } from '../../util/api-paths.ts';
import { SignInAgain } from './sign-in-again.tsx';

interface PasswordDialogProps {
  account: OwnAccount;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

/** Who has a password shows it; who has none has to have signed in just now. */
export function PasswordDialog({ account, onDone, onClose }: PasswordDialogProps) {
  const { name, password: hasOne, minPassword, fresh } = account;
  const { mutate, error, isPending } = useMutation({
    mutationFn: (body: { current?: string; password: string }) => post(api.ownPassword(), body),
    onSuccess: async () => {
      await onDone();
      onClose();
    },
  });
  return (
    <FormDialog
      title={hasOne ? 'Change the password' : 'Set a password'}
      action={hasOne ? 'Change' : 'Set'}
      pending={isPending ? 'It is being set' : undefined}
      error={error}
      onSubmit={given => {
        const current = hasOne ? { current: String(given.get('current')) } : {};
        mutate({ ...current, password: String(given.get('password')) });
      }}
      onClose={onClose}
      instead={hasOne || fresh ? undefined : <SignInAgain what="set a first password" />}
    >
      <p className="text-dim">All your other sessions end.</p>
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      {hasOne && (
        <Field label="Present password" name="current" type="password" autoComplete="current-password" required />
      )}
      <Field
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={minPassword}
        hint={`At least ${minPassword} characters. A sentence is easier to remember than signs.`}
      />
    </FormDialog>
  );
}
