import { useQuery } from '@tanstack/react-query';
import { deliveryQuery } from '../../api/activity.ts';
import type { ActivitySearch } from '../../model/activity-search.ts';
import { deliveryFigures } from '../../model/delivery-view.ts';
import { Skeleton } from '../../ui/skeleton.tsx';

/** How often, how fast and how well was delivered, of what the filter leaves. It is no reason to fail for the page. */
export function DeliveryFigures({ search }: { search: ActivitySearch }) {
  const { data, isError } = useQuery(deliveryQuery(search));
  if (isError) return null;
  return (
    <section aria-label="How delivery does" className="pb-4">
      {data === undefined ? (
        <Skeleton className="h-16 w-full" />
      ) : (
        <dl className="grid grid-cols-4 rounded-lg border border-line bg-panel max-md:grid-cols-2">
          {deliveryFigures(data).map(({ name, value, note }) => (
            <div key={name} className="px-3 py-2">
              <dt className="text-small text-dim">{name}</dt>
              <dd>
                <span className={value === undefined ? 'text-dim' : 'text-large font-semibold'}>
                  {value ?? 'Not enough data'}
                </span>{' '}
                <span className="text-small whitespace-nowrap text-dim">{note}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {search.last === undefined && (
        <p className="pt-1 text-small text-dim">Of the last 30 days{search.to === undefined ? '' : ' until then'}</p>
      )}
    </section>
  );
}
