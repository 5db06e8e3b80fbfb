import { Copy } from '../ui/copy.tsx';
import { Notice } from '../ui/notice.tsx';

interface SecretOnceProps {
  text: string;
  /** For the button: `the token`. */
  what: string;
  title: string;
  note: string;
}

/** What was made just now, and is written nowhere. */
export function SecretOnce({ text, what, title, note }: SecretOnceProps) {
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="good" title={title}>
        {note}
      </Notice>
      <p className="flex items-center gap-2 rounded-md bg-raised px-2.5 py-2">
        <code className="mono min-w-0 flex-1 break-all select-all">{text}</code>
        <Copy text={text} what={what} />
      </p>
    </div>
  );
}
