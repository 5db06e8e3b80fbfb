import { pb } from '../util/path-builder.ts';

/** The places of the navigation, in its order; `keys` go there from anywhere. */
export const places = [
  { id: 'applications', label: 'Applications', icon: 'rows', link: pb.applications() },
  { id: 'drift', label: 'Drift', icon: 'drift', link: pb.drift() },
  { id: 'activity', label: 'Activity', icon: 'activity', link: pb.activity() },
  { id: 'settings', label: 'Settings', icon: 'settings', link: pb.settings() },
] as const;
