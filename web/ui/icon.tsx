import type { ReactNode } from 'react';

/** Lines in 16 × 16, drawn with the colour of the text. */
const icons = {
  activity: <path d="M1.5 8.5h3l2-5.5 3 10 2-4.5h3" />,
  anchor: <path d="M8 1v9M4.5 4h7M2 9.5c0 3 2.7 5 6 5s6-2 6-5" />,
  check: <path d="m3 8.5 3.2 3.2L13 5" />,
  chevron: <path d="m6 4 4 4-4 4" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  copy: <path d="M6 5h7v9H6zM3 11V2h7" />,
  drift: <path d="M2.5 5.5h11M2.5 10.5h11M10.5 2l-5 12" />,
  external: <path d="M9 3h4v4M13 3 7 9M11 9v4H3V5h4" />,
  moon: <path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z" />,
  more: <path d="M3 8h.01M8 8h.01M13 8h.01" strokeWidth="2.2" />,
  person: <path d="M8 2.5a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM2.5 14c.6-3 2.7-4.4 5.5-4.4s4.9 1.4 5.5 4.4" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3" />,
  rows: <path d="M2 4h12M2 8h12M2 12h12" />,
  search: <path d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5 14 14" />,
  settings: <path d="M2 4.5h6M12 4.5h2M10 2.5v4M2 11.5h2M8 11.5h6M6 9.5v4" />,
  sun: (
    <path d="M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" />
  ),
  system: <path d="M2 3h12v8H2zM6 14h4" />,
  tiles: <path d="M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof icons;

/** Says nothing to a screen reader: what it stands for is said beside it. */
export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {icons[name]}
    </svg>
  );
}
