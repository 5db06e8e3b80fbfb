import { Link } from '@tanstack/react-router';
import { Icon } from '../ui/icon.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { pb } from '../util/path-builder.ts';
import { EnvironmentNote } from './environment-note.tsx';
import { places } from './places.ts';
import { UserMenu } from './user-menu.tsx';

/** At the side; at the bottom of phones, where a thumb reaches it. */
export function Nav({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  return (
    <nav
      aria-label="Places"
      className="fixed inset-x-0 bottom-0 z-20 flex items-stretch justify-around border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:sticky md:top-0 md:h-dvh md:flex-col md:justify-start md:gap-0.5 md:border-t-0 md:border-r md:px-2.5 md:py-3.5"
    >
      <Link
        {...pb.applications()}
        // The name of the product is no place of its own.
        aria-label="Holdfast: all applications"
        activeProps={{ 'aria-current': undefined }}
        className="hidden items-center gap-2 px-2 pb-3.5 font-semibold text-fg md:flex"
      >
        <Icon name="anchor" className="size-4 text-accent" />
        Holdfast
      </Link>
      <button type="button" onClick={onSearch} className={`${entry} text-dim md:mb-2 md:border md:border-line`}>
        <Icon name="search" />
        <span>Search</span>
        <span className="ml-auto hidden md:inline">
          <Kbd keys="mod+k" />
        </span>
      </button>
      {places.map(({ id, label, icon, link }) => (
        <Link
          key={id}
          {...link}
          activeOptions={{ includeSearch: false }}
          className={`${entry} text-dim`}
          activeProps={{ className: 'bg-accent-soft font-medium text-fg' }}
        >
          <Icon name={icon} />
          {label}
        </Link>
      ))}
      <div className="md:mt-auto md:flex md:flex-col md:gap-0.5">
        <UserMenu onKeys={onKeys} className={`${entry} w-full text-dim`} />
        <EnvironmentNote />
      </div>
    </nav>
  );
}

const entry =
  'flex min-h-12 flex-col items-center justify-center gap-0.5 rounded-md px-1.5 text-small hover:bg-raised hover:text-fg md:min-h-8 md:flex-row md:justify-start md:gap-2 md:px-2 md:text-base';
