import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ownSessionsQuery } from '../../api/account.ts';
import { post } from '../../api/client.ts';
import type { OwnSession } from '../../api/types.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { agentName } from '../../model/agent.ts';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { api } from '../../util/api-paths.ts';
import { Section } from './section.tsx';

/** Where one is signed in. */
export function Sessions() {
  const { data: sessions, error, refetch } = useQuery(ownSessionsQuery);
  const [chosen, setChosen] = useState<OwnSession | 'others'>();
  const queryClient = useQueryClient();
  const hasOthers = sessions?.some(({ current }) => !current) === true;
  return (
    <Section
      title="Sessions"
      actions={
        <Button
          onClick={() => setChosen('others')}
          disabledReason={hasOthers ? undefined : 'There is no session but this one'}
        >
          End all others…
        </Button>
      }
    >
      {sessions === undefined && error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {sessions === undefined && error === null && <Skeleton className="h-24 w-full" />}
      {sessions !== undefined && (
        <ul aria-label="Sessions" className="rounded-lg border border-line bg-panel">
          {sessions.map(session => (
            <Row key={session.id} session={session} onEnd={() => setChosen(session)} />
          ))}
        </ul>
      )}
      {chosen !== undefined && (
        <ConfirmDialog
          title={chosen === 'others' ? 'End all other sessions' : `End the session: ${nameOf(chosen)}`}
          action="End"
          onClose={() => setChosen(undefined)}
          onConfirm={async () => {
            await post(chosen === 'others' ? api.endOtherSessions() : api.endOwnSession(chosen.id));
            await queryClient.invalidateQueries(ownSessionsQuery);
          }}
        >
          <p>
            Whoever uses {chosen === 'others' ? 'one of them' : 'it'} has to sign in again; what it has open is cut
            within seconds. If it was not you, change your password, too.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function nameOf({ client, agent = '' }: OwnSession): string {
  return client === 'cli' ? 'Command line' : agentName(agent);
}

function Row({ session, onEnd }: { session: OwnSession; onEnd: () => void }) {
  const { current, createdAt, seenAt, endsAt, from } = session;
  return (
    <li className="flex items-center gap-4 border-b border-line px-3 py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-medium">{nameOf(session)}</span>
          {current && <span className="text-accent"> · this one</span>}
        </p>
        <p className="text-small text-dim">
          {from !== undefined && (
            <>
              <span className="mono">{from}</span>,{' '}
            </>
          )}
          used <RelativeTime at={seenAt} />, began <RelativeTime at={createdAt} />, ends at the latest{' '}
          <RelativeTime at={endsAt} />
        </p>
      </div>
      {!current && (
        <Button onClick={onEnd} aria-label={`End the session ${nameOf(session)}`}>
          End…
        </Button>
      )}
    </li>
  );
}
