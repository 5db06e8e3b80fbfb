import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './cx.ts';

export interface MenuItem {
  label: ReactNode;
  onSelect: () => void;
  /** Why it cannot be chosen now. */
  disabledReason?: string | undefined;
  isDangerous?: boolean;
}

export function Menu({
  trigger,
  items,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  items: readonly MenuItem[];
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-30">
          <Base.Popup className="min-w-44 rounded-md border border-line bg-panel p-1 shadow-pop">
            {items.map((item, index) => (
              <Base.Item
                // The items of one menu keep their places.
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                key={index}
                disabled={item.disabledReason !== undefined}
                onClick={item.onSelect}
                className={cx(
                  'block cursor-pointer rounded-sm px-2.5 py-1.5 data-disabled:cursor-not-allowed data-disabled:text-faint data-highlighted:bg-raised',
                  item.isDangerous === true && 'text-bad',
                )}
              >
                {item.label}
                {item.disabledReason !== undefined && <div className="text-small">{item.disabledReason}</div>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
