import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { useCommands } from '../../components/commands.ts';
import { FilterText } from '../../components/filter-text.tsx';
import { useListKeys } from '../../components/use-list-keys.ts';
import { type SettingsTab, settingsSearchOf, settingsTabs } from '../../model/settings-search.ts';
import { cx } from '../../ui/cx.ts';
import { useTitle } from '../../ui/use-title.ts';
import { pb } from '../../util/path-builder.ts';
import { Accounts } from './accounts.tsx';
import { Projects } from './projects.tsx';
import { Repositories } from './repositories.tsx';
import { SettingRows } from './setting-rows.tsx';
import { Targets } from './targets.tsx';

const route = getRouteApi('/shell/settings');
const panels = {
  settings: SettingRows,
  projects: Projects,
  repositories: Repositories,
  targets: Targets,
  accounts: Accounts,
} as const satisfies Record<SettingsTab, unknown>;

/** How the operator is set up, and what stands around its applications. It is changed where it is written. */
export function SettingsPage() {
  const { tab: shown = 'settings', q } = route.useSearch();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useCommands(
    'Settings',
    useMemo(() => [{ id: 'filter', label: 'Filter by text', keys: '/', run: () => input.current?.select() }], []),
  );
  const Panel = panels[shown];
  useTitle(settingsTabs[shown]);
  useListKeys();
  return (
    <>
      <h1 className="sr-only">{settingsTabs[shown]}</h1>
      <nav aria-label="Parts of the settings" className="mb-4 flex gap-4 overflow-x-auto border-b border-line">
        {(Object.keys(settingsTabs) as SettingsTab[]).map(tab => (
          <Link
            key={tab}
            {...pb.settings(settingsSearchOf({ tab }))}
            aria-current={tab === shown ? 'page' : undefined}
            className={cx(
              '-mb-px border-b-2 py-1.5',
              tab === shown ? 'border-accent' : 'border-transparent text-dim hover:text-fg',
            )}
          >
            {settingsTabs[tab]}
          </Link>
        ))}
      </nav>
      {/* There is one target. */}
      {shown !== 'targets' && (
        <search className="block pb-3" aria-label="Filter settings">
          <FilterText
            key={shown}
            ref={input}
            fields="Any text"
            text={q ?? ''}
            onChange={text =>
              void navigate({ ...pb.settings(settingsSearchOf({ tab: shown, q: text })), replace: true })
            }
          />
        </search>
      )}
      <Panel {...(q === undefined ? {} : { q })} />
    </>
  );
}
