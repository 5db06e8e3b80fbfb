import { useQuery } from '@tanstack/react-query';
import { applicationQuery } from '../../api/application.ts';
import type { ListRow } from '../../api/types.ts';
import { isQuarantined } from '../../model/row-view.ts';
import { Notice } from '../../ui/notice.tsx';

/** What stands in its way, or is worth knowing; each with what to do. */
export function Conditions({ row }: { row: ListRow }) {
  const { data } = useQuery({ ...applicationQuery(row.name), enabled: row.conditions > 0 });
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {isQuarantined(row) && (
        <Notice tone="bad" title={row.sync.message}>
          <p>Commit a fix, or Resume to try it once more.</p>
        </Notice>
      )}
      {data?.conditions.map(({ type, level, message, advice }) => (
        <Notice key={`${type} ${message}`} tone={level === 'error' ? 'bad' : 'warn'} title={message}>
          {advice !== undefined && <p>{advice}</p>}
          <p className="mono text-faint">{type}</p>
        </Notice>
      ))}
    </div>
  );
}
