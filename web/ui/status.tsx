import type { StatusView } from '../model/status.ts';
import { StatusIcon } from './status-icon.tsx';

/** The shape, and its words beside it. */
export function Status({ view }: { view: StatusView }) {
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <span className="relative top-px *:block">
        <StatusIcon shape={view.shape} tone={view.tone} />
      </span>
      {view.label}
    </span>
  );
}
