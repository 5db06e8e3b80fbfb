import { Copy } from '../../ui/copy.tsx';
import { cx } from '../../ui/cx.ts';

/** A patch as `git` writes it: what goes and what comes in their colours. The head of the mail is copied, and not shown. */
export function Patch({ text }: { text: string }) {
  const all = text.replace(/\n-- \n[^\n]*\n$/, '').split('\n');
  // Before it stands the message of the commit, which may have a list.
  const lines = all.slice(all.findIndex(line => line.startsWith('diff ')));
  return (
    <figure className="rounded-md border border-line" aria-label="Patch">
      <figcaption className="flex items-center justify-between bg-raised px-2.5 py-1 text-dim">
        Patch <Copy text={text} what="the patch" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0} className="mono max-h-80 overflow-auto py-1">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text of a patch does not change
          <span key={index} className={cx('block min-w-max px-2.5', colour(line))}>
            {line || ' '}
          </span>
        ))}
      </pre>
    </figure>
  );
}

function colour(line: string): string {
  if (/^(\+\+\+|---|diff |index |@@)/.test(line)) return 'text-dim';
  if (line.startsWith('+')) return 'bg-good-soft';
  return line.startsWith('-') ? 'bg-bad-soft' : '';
}
