import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Buttons; the one that does it last. */
  footer?: ReactNode;
}

/** Over the page, which waits. The whole screen of a phone. */
export function Dialog({ isOpen, onClose, title, children, footer }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup className="fixed inset-x-0 top-[8vh] z-40 mx-auto flex max-h-[84vh] w-[min(44rem,calc(100vw-2rem))] flex-col rounded-lg border border-line bg-panel shadow-pop max-sm:inset-0 max-sm:max-h-none max-sm:w-full max-sm:rounded-none">
          <header className="flex items-center gap-3 border-b border-line px-4 py-3">
            <Base.Title className="min-w-0 flex-1 text-large font-semibold break-words">{title}</Base.Title>
            <Base.Close aria-label="Close" className="rounded-md p-1 text-dim hover:bg-raised hover:text-fg">
              <Icon name="close" />
            </Base.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
