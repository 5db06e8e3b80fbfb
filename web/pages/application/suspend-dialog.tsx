import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';

interface SuspendDialogProps {
  name: string;
  onSuspend: (reason: string) => void;
  onClose: () => void;
}

/** Others will ask why nothing happens: the reason is what they are shown. */
export function SuspendDialog({ name, onSuspend, onClose }: SuspendDialogProps) {
  const [reason, setReason] = useState('');
  const suspend = () => {
    onSuspend(reason.trim());
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Suspend ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" onClick={suspend}>
            Suspend
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault();
          suspend();
        }}
      >
        <p className="text-dim">
          What runs goes on running. Neither new commits nor changes by hand are acted upon until somebody resumes it.
        </p>
        <Field
          label="Reason"
          hint="Shown to everybody who looks at it."
          maxLength={1_000}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
