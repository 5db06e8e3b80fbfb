import { Menu } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';

interface CheckMenuProps {
  trigger: ReactElement<Record<string, unknown>>;
  items: readonly { value: string; note: string; isChecked: boolean }[];
  onToggle: (value: string) => void;
}

/** Several of several: stays open while one chooses. */
export function CheckMenu({ trigger, items, onToggle }: CheckMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="start" className="z-30">
          <Menu.Popup className="max-h-[60vh] min-w-52 overflow-y-auto rounded-md border border-line bg-panel p-1 shadow-pop">
            {items.map(({ value, note, isChecked }) => (
              <Menu.CheckboxItem
                key={value}
                checked={isChecked}
                onCheckedChange={() => onToggle(value)}
                className="flex cursor-pointer items-center gap-2 rounded-sm py-1.5 pr-2.5 pl-1.5 data-highlighted:bg-raised"
              >
                <span className="size-4 text-accent">{isChecked && <Icon name="check" />}</span>
                <span className="max-w-72 truncate">{value}</span>
                <span className="ml-auto pl-4 text-small text-faint">{note}</span>
              </Menu.CheckboxItem>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
