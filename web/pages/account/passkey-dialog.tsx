import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { post } from '../../api/client.ts';
import { makePasskey, wasCancelled } from '../../api/passkey.ts';
import type { OwnAccount, PasskeyCreationOptions } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { agentName } from '../../model/agent.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
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
  const form = useId();
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
    <Dialog
      isOpen
      onClose={onClose}
      title="Add a passkey"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {account.fresh && (
            <Button
              type="submit"
              form={form}
              kind="primary"
              disabledReason={isPending ? 'The browser asks for it' : undefined}
            >
              Add
            </Button>
          )}
        </>
      }
    >
      {account.fresh ? (
        <form
          id={form}
          className="flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault();
            mutate(String(new FormData(event.currentTarget).get('name')).trim());
          }}
        >
          <Field
            label="Name"
            name="name"
            hint="What you will know it by: this computer, a telephone, a key."
            required
            maxLength={64}
            defaultValue={agentName(navigator.userAgent)}
          />
          {error !== null && !wasCancelled(error) && <ProblemView error={error} />}
        </form>
      ) : (
        <SignInAgain what="add a passkey" />
      )}
    </Dialog>
  );
}
