import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ListRow } from '../../api/types.ts';
import { deliveryOf, healthOf, reasonFirst } from '../../model/row-view.ts';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Status } from '../../ui/status.tsx';
import { pb } from '../../util/path-builder.ts';
import type { ApplicationsProps } from './applications-table.tsx';
import { useRowKeys } from './use-row-keys.ts';

/** Many at a glance, for a wall or a phone. */
export function ApplicationsTiles({ rows, watch, more }: ApplicationsProps) {
  const place = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const names = rows.slice(0, 60).map(row => row.name);
    watch(names);
  }, [rows, watch]);
  useRowKeys(place, rows, () => {});
  return (
    <>
      <ul ref={place} className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-2">
        {rows.map(row => (
          <Tile key={row.name} row={row} />
        ))}
      </ul>
      {more !== undefined && (
        <div className="flex justify-center py-4">
          <Button onClick={more}>Show more</Button>
        </div>
      )}
    </>
  );
}

function Tile({ row }: { row: ListRow }) {
  const health = healthOf(row);
  const delivery = deliveryOf(row);
  return (
    <li className="relative flex h-28 flex-col gap-0.5 overflow-hidden rounded-lg border border-line bg-panel px-3 py-2 [contain-intrinsic-size:auto_7rem] [content-visibility:auto] hover:border-line-strong has-[a:focus-visible]:bg-accent-soft">
      <Link
        {...pb.application({ name: row.name })}
        data-row={row.name}
        className="mono truncate font-medium after:absolute after:inset-0"
      >
        {row.name}
      </Link>
      <Status view={health.view} />
      <Status view={delivery.view} />
      <p className="mt-auto truncate text-small text-dim" title={health.why || delivery.why}>
        {reasonFirst(health.why || delivery.why, row) || (
          <>
            changed <RelativeTime at={row.changedAt} />
          </>
        )}
      </p>
    </li>
  );
}
