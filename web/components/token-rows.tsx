import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { tokensQuery } from '../api/account.ts';
import { post } from '../api/client.ts';
import type { Token } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { api } from '../util/api-paths.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface TokenRowsProps {
  tokens: readonly Token[];
  /** Whether those of this project may be ended. */
  mayRevoke: (project: string) => boolean;
  /** Within something that has borders, and is about the project already. */
  isInside?: boolean;
}

/** Tokens with their end and their last use; those that have ended wait behind a button. */
export function TokenRows({ tokens, mayRevoke, isInside = false }: TokenRowsProps) {
  const [showsEnded, setShowsEnded] = useState(false);
  const [chosen, setChosen] = useState<Token>();
  const queryClient = useQueryClient();
  const ended = tokens.filter(({ good }) => !good).length;
  const shown = showsEnded ? tokens : tokens.filter(({ good }) => good);
  return (
    <>
      {shown.length > 0 && (
        <ul aria-label="Tokens" className={isInside ? '' : 'rounded-lg border border-line bg-panel px-3'}>
          {shown.map(token => (
            <li
              key={token.id}
              className="grid grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_auto] items-center gap-x-4 border-b border-line py-2 last:border-b-0 max-sm:grid-cols-[minmax(0,1fr)_auto]"
            >
              <div>
                <span className="mono font-medium break-all">{token.name}</span>
                <p className="text-small text-dim">
                  {isInside ? token.role : `${token.project} / ${token.role}`}, made{' '}
                  <RelativeTime at={token.createdAt} /> by {token.createdBy}
                </p>
              </div>
              <div className="text-dim max-sm:col-start-1">
                {endOf(token)}
                <p className="text-small">
                  {token.usedAt === undefined ? (
                    'never used'
                  ) : (
                    <>
                      used <RelativeTime at={token.usedAt} />
                    </>
                  )}
                </p>
              </div>
              <div className="max-sm:col-start-2 max-sm:row-span-2 max-sm:row-start-1">
                {token.good && (
                  <Button
                    aria-label={`Revoke ${token.name} of ${token.project}`}
                    onClick={() => setChosen(token)}
                    disabledReason={
                      mayRevoke(token.project) ? undefined : 'Your role does not include projects, update'
                    }
                  >
                    Revoke…
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {ended > 0 && (
        <p className="pt-1">
          <Button kind="plain" onClick={() => setShowsEnded(!showsEnded)} aria-expanded={showsEnded}>
            {showsEnded ? 'Hide those that ended' : `Show ${ended} that ended`}
          </Button>
        </p>
      )}
      {chosen !== undefined && (
        <ConfirmDialog
          title={`Revoke ${chosen.name}`}
          action="Revoke"
          onClose={() => setChosen(undefined)}
          onConfirm={async () => {
            await post(api.revokeToken(chosen.id));
            await queryClient.invalidateQueries(tokensQuery);
          }}
        >
          <p>
            Whoever uses it is refused from now on, and what it has open is cut within seconds. It acts as {chosen.role}{' '}
            of the project {chosen.project}
            {chosen.usedAt === undefined ? (
              ', and was never used.'
            ) : (
              <>
                , and was last used <RelativeTime at={chosen.usedAt} />.
              </>
            )}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function endOf({ good, expiresAt, revokedAt, revokedBy }: Token): ReactNode {
  if (revokedAt !== undefined)
    return (
      <>
        revoked <RelativeTime at={revokedAt} /> by {revokedBy}
      </>
    );
  if (expiresAt === undefined) return good ? 'has no end' : 'its role is gone';
  const isPast = expiresAt <= Date.now();
  if (!good && !isPast) return 'its role is gone';
  return (
    <>
      {isPast ? 'ended' : 'ends'} <RelativeTime at={expiresAt} />
    </>
  );
}
