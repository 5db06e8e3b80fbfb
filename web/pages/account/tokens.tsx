import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { tokensQuery } from '../../api/account.ts';
import type { OwnAccount } from '../../api/types.ts';
import { useCommands } from '../../components/commands.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { TokenRows } from '../../components/token-rows.tsx';
import type { Command } from '../../model/commands.ts';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Section } from './section.tsx';
import { TokenDialog } from './token-dialog.tsx';

/** Tokens of the projects whose tokens one may make. */
export function Tokens({ account: { tokenRoles } }: { account: OwnAccount }) {
  const { data: all, error, refetch } = useQuery(tokensQuery);
  const [isMaking, setMaking] = useState(false);
  const projects = new Set(tokenRoles.map(({ project }) => project));
  const tokens = all?.filter(({ project }) => projects.has(project));
  const reason =
    tokenRoles.length > 0 ? undefined : 'It needs a project with a role, and projects, update for that project';
  const commands = useMemo<Command[]>(
    () => [{ id: 'token', label: 'Make a token…', run: () => setMaking(true), disabledReason: reason }],
    [reason],
  );
  useCommands('Tokens', commands);
  return (
    <Section
      title="Project tokens"
      actions={
        <Button onClick={() => setMaking(true)} disabledReason={reason}>
          Make a token…
        </Button>
      }
    >
      {tokens === undefined && error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {tokens === undefined && error === null && <Skeleton className="h-16 w-full" />}
      {tokens?.length === 0 && (
        <p className="text-dim">
          {reason === undefined
            ? 'None yet. A pipeline that syncs an application has one: it acts as a role of its project.'
            : 'There is no project whose tokens you may make.'}
        </p>
      )}
      {tokens !== undefined && <TokenRows tokens={tokens} mayRevoke={project => projects.has(project)} />}
      {isMaking && <TokenDialog roles={tokenRoles} onClose={() => setMaking(false)} />}
    </Section>
  );
}
