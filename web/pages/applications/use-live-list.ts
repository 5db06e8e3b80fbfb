import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { keepListLive, type LiveList } from '../../api/live-list.ts';
import type { ListFilter } from '../../model/list-filter.ts';

/** Keeps the list of the filter right once it is loaded, for as long as it is shown. */
export function useLiveList(filter: ListFilter, isLoaded: boolean) {
  const queryClient = useQueryClient();
  const [hasNew, setHasNew] = useState(false);
  const live = useRef<LiveList>(undefined);

  useEffect(() => {
    if (!isLoaded) return;
    const one = keepListLive(queryClient, filter, setHasNew);
    live.current = one;
    return () => {
      live.current = undefined;
      setHasNew(false);
      one.stop();
    };
  }, [queryClient, filter, isLoaded]);

  return {
    hasNew,
    showNew: useCallback(() => live.current?.showNew(), []),
    watch: useCallback((names: readonly string[]) => live.current?.watch(names), []),
  };
}
