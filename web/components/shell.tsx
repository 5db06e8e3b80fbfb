import { Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { Command } from '../model/commands.ts';
import { chooseTheme, chosenTheme, nextTheme } from '../model/theme.ts';
import { pb } from '../util/path-builder.ts';
import { useCommands, useKeyboard } from './commands.ts';
import { Nav } from './nav.tsx';
import { places } from './places.ts';
import { ProblemPage } from './problem-page.tsx';
import { useSignedIn } from './use-signed-in.ts';

const loadPalette = () => import('./palette.tsx');
const Palette = lazy(() => loadPalette().then(one => ({ default: one.Palette })));
const KeysOverview = lazy(() => import('./keys-overview.tsx').then(one => ({ default: one.KeysOverview })));

const afterFirstViewMs = 1_500;

/** What stands around every page for those who are signed in. */
export function Shell() {
  const [open, setOpen] = useState<'palette' | 'keys'>();
  const navigate = useNavigate();
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'palette',
        label: 'Go anywhere, do anything',
        keys: 'mod+k',
        run: () => setOpen('palette'),
        isKeyOnly: true,
      },
      { id: 'keys', label: 'Show all keys', keys: '?', run: () => setOpen('keys') },
      { id: 'account', label: 'Go to your account', run: () => void navigate(pb.account()) },
      ...places.map(({ id, label, link }) => ({ id, label: `Go to ${label}`, run: () => void navigate(link) })),
      { id: 'theme', label: 'Change between dark and light', run: () => chooseTheme(nextTheme(chosenTheme())) },
    ],
    [navigate],
  );
  useCommands('Everywhere', commands);
  useKeyboard();
  // Who opens it types at once: what is typed while it is loaded would be taken for shortcuts.
  useEffect(() => {
    const loading = setTimeout(() => void loadPalette(), afterFirstViewMs);
    return () => clearTimeout(loading);
  }, []);
  const session = useSignedIn();
  if (session.error !== null && session.data === undefined) {
    return <ProblemPage error={session.error} reset={() => void session.refetch()} />;
  }
  if (session.data?.subject === undefined) return null;

  return (
    <div className="min-h-dvh md:grid md:grid-cols-[11rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-panel focus:p-2"
      >
        Skip to content
      </a>
      <Nav onSearch={() => setOpen('palette')} onKeys={() => setOpen('keys')} />
      <main id="main" tabIndex={-1} className="min-w-0 px-3 py-3 pb-20 outline-none md:px-6 md:py-4">
        <Outlet />
      </main>
      <Suspense>
        {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
        {open === 'keys' && <KeysOverview onClose={() => setOpen(undefined)} />}
      </Suspense>
    </div>
  );
}
