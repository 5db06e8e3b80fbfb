import type { OwnAccount } from '../../api/types.ts';

const ways = {
  owner: 'With the operator’s own token',
  token: 'With a token',
  password: 'Signed in with a password',
  passkey: 'Signed in with a passkey',
  oidc: 'Signed in by the provider',
} as const satisfies Record<OwnAccount['through'], string>;

/** Through what one came, and the groups and roles that decide what one may. */
export function Who({ account: { through, provider, groups, roles } }: { account: OwnAccount }) {
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-4 gap-y-1 max-sm:grid-cols-1">
      <dt className="text-dim">Through</dt>
      <dd>{through === 'oidc' && provider !== undefined ? `Signed in by ${provider}` : ways[through]}</dd>
      <dt className="text-dim">Groups</dt>
      <dd className="mono break-words">{groups.length === 0 ? '—' : groups.join(', ')}</dd>
      <dt className="text-dim">Roles</dt>
      <dd>
        {roles.length === 0 && 'None: only what the policy says about your name itself'}
        <ul>
          {roles.map(({ name, through: way }) => (
            <li key={name}>
              <span className="mono font-medium">{name}</span>
              {way.length > 2 && <span className="text-dim"> by {way.slice(1, -1).join(' → ')}</span>}
            </li>
          ))}
        </ul>
      </dd>
    </dl>
  );
}
