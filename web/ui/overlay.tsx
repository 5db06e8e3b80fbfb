import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

/** A dialog without a head and buttons, near the top: what is in it speaks for itself. */
export function Overlay({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  return (
    <Dialog.Root open onOpenChange={open => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label={label}
          className="fixed inset-x-0 top-[12vh] z-40 mx-auto flex max-h-[60vh] w-[min(36rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-lg border border-line bg-panel shadow-pop"
        >
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
