import { Button } from '../ui/button.tsx';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';

interface SecretDialogProps {
  title: string;
  secret: string;
  /** For the button that copies it: `the token`. */
  what: string;
  note: string;
  onClose: () => void;
}

/** What was made just now, and is shown this once. */
export function SecretDialog({ title, secret, what, note, onClose }: SecretDialogProps) {
  return (
    <Dialog isOpen onClose={onClose} title={title} footer={<Button onClick={onClose}>Done</Button>}>
      <div className="flex flex-col gap-3">
        <Notice tone="good" title="Copy it now: it is not shown again">
          {note}
        </Notice>
        <p className="flex items-center gap-2 rounded-md bg-raised px-2.5 py-2">
          <code className="mono min-w-0 flex-1 break-all select-all">{secret}</code>
          <Copy text={secret} what={what} />
        </p>
      </div>
    </Dialog>
  );
}
