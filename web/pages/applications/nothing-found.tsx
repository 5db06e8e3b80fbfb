import { Link } from '@tanstack/react-router';
import { isFiltering, type ListFilter } from '../../model/list-filter.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { pb } from '../../util/path-builder.ts';

/** Either nothing fits, or there is nothing to see yet. */
export function NothingFound({ filter, all }: { filter: ListFilter; all: number }) {
  if (isFiltering(filter)) {
    return (
      <Empty title={all === 0 ? 'Nothing fits this filter' : 'None of those that fit the rest is in this state'}>
        <Link {...pb.applications()} className={buttonClass()}>
          Show all applications
        </Link>
      </Empty>
    );
  }
  return (
    <Empty title="No applications yet, or none that you may see">
      What is declared in Git appears here by itself. Each application is an entry of{' '}
      <span className="mono">holdfast.yaml</span>, an Argo CD <span className="mono">Application</span>, or a directory
      of the environment's repository.
    </Empty>
  );
}
