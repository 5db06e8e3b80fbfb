import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/empty.tsx';
import { pb } from '../util/path-builder.ts';

export function NotFound() {
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <Empty title="There is no such page">
        <Link {...pb.applications()} className="text-accent underline">
          All applications
        </Link>
      </Empty>
    </div>
  );
}
