import type { Plan } from '../../../api/types.ts';
import { Mono } from '../../../ui/mono.tsx';

/** What is left as it is, and why. Nothing where there is none. */
export function HeldBackList({ title, held }: { title: string; held: Plan['heldBack'] }) {
  if (held.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="pb-1 font-semibold">
        {title} <span className="font-normal text-dim">{held.length}</span>
      </h3>
      <ul className="rounded-md border border-line">
        {held.map(({ key, id, reason }) => (
          <li key={key} className="border-b border-line px-3 py-1.5 break-words last:border-b-0">
            {id.kind} <Mono text={id.name} most={50} /> <span className="text-dim">{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
