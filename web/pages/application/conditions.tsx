import { useQuery } from '@tanstack/react-query';
import { applicationQuery } from '../../api/application.ts';
import { Notice } from '../../ui/notice.tsx';

/** What stands in its way, or is worth knowing; each with what to do. */
export function Conditions({ name }: { name: string }) {
  const { data } = useQuery(applicationQuery(name));
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {data?.conditions.map(({ type, level, message, advice }) => (
        <Notice key={`${type} ${message}`} tone={level === 'error' ? 'bad' : 'warn'} title={message}>
          {advice !== undefined && <p>{advice}</p>}
          <p className="mono text-faint">{type}</p>
        </Notice>
      ))}
    </div>
  );
}
