import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useMemo } from 'react';
import type { ListRow } from '../../api/types.ts';
import { type RowKey, useRowFocus } from '../../components/use-row-focus.ts';
import { pb } from '../../util/path-builder.ts';

/** Keys for the rows of applications, however they are drawn. */
export function useRowKeys(
  place: RefObject<HTMLElement | null>,
  rows: readonly ListRow[],
  scrollTo: (index: number) => void,
): void {
  const navigate = useNavigate();
  const names = useMemo(() => rows.map(({ name }) => name), [rows]);
  const keys = useMemo<RowKey[]>(
    () => [
      {
        id: 'diff',
        label: 'Open at what differs',
        keys: 'd',
        run: name => void navigate(pb.application({ name }, { tab: 'diff' })),
      },
    ],
    [navigate],
  );
  useRowFocus(place, names, scrollTo, keys);
}
