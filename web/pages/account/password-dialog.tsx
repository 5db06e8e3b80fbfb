import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { post } from '../../api/client.ts';
import type { OwnAccount } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
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
  const form = useId();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (body: { current?: string; password: string }) => post(api.ownPassword(), body),
    onSuccess: async () => {
      await onDone();
      onClose();
    },
  });
  const mustSignIn = !hasOne && !fresh;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={hasOne ? 'Change the password' : 'Set a password'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {!mustSignIn && (
            <Button type="submit" form={form} kind="primary" disabledReason={isPending ? 'It is being set' : undefined}>
              {hasOne ? 'Change' : 'Set'}
            </Button>
          )}
        </>
      }
    >
      {mustSignIn ? (
        <SignInAgain what="set a first password" />
      ) : (
        <form
          id={form}
          className="flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault();
            const given = new FormData(event.currentTarget);
            const current = hasOne ? { current: String(given.get('current')) } : {};
            mutate({ ...current, password: String(given.get('password')) });
          }}
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
          {error !== null && <ProblemView error={error} />}
        </form>
      )}
    </Dialog>
  );
}
