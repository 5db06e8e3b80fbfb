import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps<Name extends string> {
  label: string;
  value: Name;
  onChange: (name: Name) => void;
  /** In their order. */
  tabs: readonly { name: Name; label: ReactNode }[];
  children: ReactNode;
}

/** `children` is the panel of the tab that is shown. */
export function Tabs<Name extends string>({ label, value, onChange, tabs, children }: TabsProps<Name>) {
  return (
    <Base.Root value={value} onValueChange={next => onChange(next as Name)}>
      <Base.List aria-label={label} className="flex gap-4 overflow-x-auto border-b border-line px-4">
        {tabs.map(tab => (
          <Base.Tab
            key={tab.name}
            value={tab.name}
            className="-mb-px border-b-2 border-transparent py-1.5 whitespace-nowrap text-dim hover:text-fg data-active:border-accent data-active:text-fg pointer-coarse:py-2.5"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={value} className="px-4 py-3 outline-none">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
