import { Link, useRouter } from '@tanstack/react-router';
import { buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { pb } from '../../util/path-builder.ts';

/** Whoever finds an open browser must not come to stay. */
export function SignInAgain({ what }: { what: string }) {
  const router = useRouter();
  return (
    <Notice tone="work" title={`Sign in again to ${what}`}>
      <p className="pb-2">It asks for somebody who has signed in within the last 15 minutes.</p>
      <Link {...pb.login({ return: router.latestLocation.href })} className={buttonClass('primary')}>
        Sign in again
      </Link>
    </Notice>
  );
}
