import type { Proposed } from '../../api/types.ts';
import { shortRevision } from '../../model/shorten.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Where it is now, and the way to have it merged. */
export function ProposedBranch({
  proposed: { branch, commit, revision, repoURL, link, isNew },
}: {
  proposed: Proposed;
}) {
  return (
    <Notice tone="good" title={isNew ? 'Pushed as a branch' : 'It had been pushed before'}>
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="mono break-all text-fg">{branch}</span>
        <Copy text={branch} what="the name of the branch" />
      </p>
      <p>
        <Mono text={commit} short={shortRevision(commit)} /> on <Mono text={revision} short={shortRevision(revision)} />{' '}
        of <span className="break-all">{repoURL}</span>. Once it is merged, Git says what is live.
      </p>
      {link === undefined ? (
        <p>Open a pull request for it where the repository is hosted.</p>
      ) : (
        <p className="pt-2">
          <a href={link} target="_blank" rel="noreferrer" className={buttonClass('primary')}>
            Open a pull request
          </a>
        </p>
      )}
    </Notice>
  );
}
