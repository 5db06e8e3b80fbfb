import { textIn } from '../util/search.ts';

export const settingsTabs = {
  settings: 'Settings',
  projects: 'Projects',
  repositories: 'Repositories',
  targets: 'Targets',
} as const;
export type SettingsTab = keyof typeof settingsTabs;

export interface SettingsSearch {
  /** Default: `settings`. */
  tab?: Exclude<SettingsTab, 'settings'>;
}

export function settingsSearchOf(search: Record<string, unknown>): SettingsSearch {
  const tab = textIn(search.tab);
  if (tab === 'projects' || tab === 'repositories' || tab === 'targets') return { tab };
  return {};
}
