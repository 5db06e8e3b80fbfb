import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import { makePasskey, wasCancelled } from '../../api/passkey.ts';
import type { OwnAccount, PasskeyCreationOptions } from '../../api/types.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { agentName } from '../../model/agent.ts';
import { Field } from '../../ui/field.tsx';
import { api } from '../../util/api-paths.ts';
import { SignInAgain } from './sign-in-again.tsx';

interface PasskeyDialogProps {
  account: OwnAccount;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

/** A name to tell it from others by; then the browser asks for the rest. */
export function PasskeyDialog({ account, onDone, onClose }: PasskeyDialogProps) {
  const { mutate, error, isPending } = useMutation({
    async mutationFn(name: string) {
      const options = await post<PasskeyCreationOptions>(api.beginPasskey(), {});
      await post(api.ownPasskeys(), { name, passkey: await makePasskey(options) });
    },
    onSuccess: async () => {
      await onDone();
      onClose();
    },
  });
  return (
    <FormDialog
      title="Add a passkey"
      action="Add"
      pending={isPending ? 'The browser asks for it' : undefined}
      error={wasCancelled(error) ? null : error}
      onSubmit={given => mutate(String(given.get('name')).trim())}
      onClose={onClose}
      instead={account.fresh ? undefined : <SignInAgain what="add a passkey" />}
    >
      <Field
        label="Name"
        name="name"
        hint="What you will know it by: this computer, a telephone, a key."
        required
        maxLength={64}
        defaultValue={agentName(navigator.userAgent)}
      />
    </FormDialog>
  );
}
