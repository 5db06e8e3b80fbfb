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
}

export function settingsSearchOf(search: Record<string, unknown>): SettingsSearch {
  const tab = textIn(search.tab);
  const isTab = tab !== undefined && tab !== 'settings' && Object.hasOwn(settingsTabs, tab);
  return isTab ? { tab: tab as Exclude<SettingsTab, 'settings'> } : {};
}
