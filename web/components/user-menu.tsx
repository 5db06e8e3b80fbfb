import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import type { LoggedOut } from '../api/types.ts';
import { chooseTheme, chosenTheme, nextTheme, type Theme } from '../model/theme.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { api } from '../util/api-paths.ts';
import { pb } from '../util/path-builder.ts';

const themeIcons = { system: 'system', light: 'sun', dark: 'moon' } as const satisfies Record<Theme, IconName>;
const themeLabels = { system: 'as the system', light: 'light', dark: 'dark' } as const satisfies Record<Theme, string>;

export function UserMenu({ onKeys, className }: { onKeys: () => void; className: string }) {
  const { data: session } = useQuery(sessionQuery);
  const [theme, setTheme] = useState(chosenTheme);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const next = nextTheme(theme);

  async function signOut(): Promise<void> {
    const { redirect } = await post<LoggedOut>(api.signOut(), {});
    queryClient.clear();
    // Anew from the beginning: nothing of the former person stays in memory.
    location.assign(redirect ?? '/login');
  }

  return (
    <Menu
      trigger={
        <button type="button" className={className} aria-label={`${session?.subject?.name ?? 'Account'}: menu`}>
          <Icon name="person" />
          <span className="max-w-28 truncate">{session?.subject?.name ?? '…'}</span>
        </button>
      }
      items={[
        { label: 'Account', onSelect: () => void navigate(pb.account()) },
        {
          label: (
            <span className="flex items-center gap-2">
              <Icon name={themeIcons[next]} /> Colours: {themeLabels[next]}
            </span>
          ),
          onSelect() {
            chooseTheme(next);
            setTheme(next);
          },
        },
        { label: 'Keys', onSelect: onKeys },
        { label: 'Sign out', onSelect: () => void signOut() },
      ]}
    />
  );
}
