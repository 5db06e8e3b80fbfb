import { textIn } from '../util/search.ts';

export const settingsTabs = {
  settings: 'Settings',
  projects: 'Projects',
  repositories: 'Repositories',
  targets: 'Targets',
  accounts: 'Accounts',
} as const;
export type SettingsTab = keyof typeof settingsTabs;

export interface SettingsSearch {
  /** Default: `settings`. */
  tab?: Exclude<SettingsTab, 'settings'>;
  /** Words, all of which have to occur. */
  q?: string;
}

export function settingsSearchOf(search: Record<string, unknown>): SettingsSearch {
  const tab = textIn(search.tab);
  const isTab = tab !== undefined && tab !== 'settings' && Object.hasOwn(settingsTabs, tab);
  const q = textIn(search.q);
  return {
    ...(isTab ? { tab: tab as Exclude<SettingsTab, 'settings'> } : {}),
    ...(q === undefined ? {} : { q }),
  };
}

/** Those that say all of the words, anywhere. */
export function saying<Item>(q: string | undefined, items: readonly Item[]): readonly Item[] {
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(item => {
    const text = JSON.stringify(item).toLowerCase();
    return words.every(word => text.includes(word));
  });
}
