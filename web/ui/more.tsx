import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';

/** At the end of what there is so far: loads what follows as soon as one gets there, or presses it. */
export function More({ onMore, isLoading }: { onMore: () => void; isLoading: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null || isLoading) return;
    const observer = new IntersectionObserver(seen => seen.some(one => one.isIntersecting) && onMore(), {
      rootMargin: '400px',
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [onMore, isLoading]);
  return (
    <div ref={place} className="flex justify-center py-4">
      <Button onClick={onMore} disabledReason={isLoading ? 'More is loading' : undefined}>
        {isLoading ? 'Loading…' : 'Show more'}
      </Button>
    </div>
  );
}
