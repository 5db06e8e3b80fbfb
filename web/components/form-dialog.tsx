import { type ReactNode, useId } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemView } from './problem-view.tsx';

interface FormDialogProps {
  title: string;
  /** What the button says. */
  action: string;
  /** Why the button waits, while it does. */
  pending: string | undefined;
  error: Error | null;
  onSubmit: (given: FormData) => void;
  onClose: () => void;
  /** Shown in place of the form and its button: what has to be done first. */
  instead?: ReactNode;
  /** Fields. */
  children: ReactNode;
}

/** Something to fill in, which is then done. */
export function FormDialog({ title, action, pending, error, onSubmit, onClose, instead, children }: FormDialogProps) {
  const form = useId();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {instead === undefined && (
            <Button type="submit" form={form} kind="primary" disabledReason={pending}>
              {action}
            </Button>
          )}
        </>
      }
    >
      {instead ?? (
        <form
          id={form}
          className="flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault();
            onSubmit(new FormData(event.currentTarget));
          }}
        >
          {children}
          {error !== null && <ProblemView error={error} />}
        </form>
      )}
    </Dialog>
  );
}
