import { useQuery } from '@tanstack/react-query';
import { ownAccountQuery, tokensQuery } from '../../api/account.ts';
import { TokenRows } from '../../components/token-rows.tsx';

/** Tokens of one project, whoever made them; nothing where there are none. */
export function ProjectTokens({ project }: { project: string }) {
  const { data: own } = useQuery(ownAccountQuery);
  const { data: all = [] } = useQuery(tokensQuery);
  const tokens = all.filter(token => token.project === project);
  if (tokens.length === 0) return null;
  const mayRevoke = own?.tokenRoles.some(one => one.project === project) === true;
  return (
    <section aria-label={`Tokens of ${project}`} className="pt-1">
      <h3 className="text-dim">Tokens</h3>
      <TokenRows tokens={tokens} mayRevoke={() => mayRevoke} isInside />
    </section>
  );
}
