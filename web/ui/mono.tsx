import { shortenMiddle } from '../model/shorten.ts';

/** A name, revision or path: shortened in the middle, whole on hover, and whole when it is copied. */
export function Mono({ text, short, most = 40 }: { text: string; short?: string; most?: number }) {
  const shown = short ?? shortenMiddle(text, most);
  if (shown === text) return <span className="mono break-words">{text}</span>;
  return (
    <span
      className="mono"
      title={text}
      onCopy={event => {
        event.preventDefault();
        event.clipboardData.setData('text/plain', text);
      }}
    >
      {shown}
    </span>
  );
}
