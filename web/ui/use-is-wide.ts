import { useSyncExternalStore } from 'react';

/** Room for two columns: what Tailwind calls `lg`. */
const wide = '(min-width: 64rem)';

export function useIsWide(): boolean {
  return useSyncExternalStore(follow, () => matchMedia(wide).matches);
}

function follow(onChange: () => void): () => void {
  const media = matchMedia(wide);
  media.addEventListener('change', onChange);
  return () => media.removeEventListener('change', onChange);
}
