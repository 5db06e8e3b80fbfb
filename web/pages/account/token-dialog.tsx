import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { tokensQuery } from '../../api/account.ts';
import { post } from '../../api/client.ts';
import type { NewToken, OwnAccount } from '../../api/types.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { SecretDialog } from '../../components/secret-dialog.tsx';
import { exactTime } from '../../model/time.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { api } from '../../util/api-paths.ts';

const day = 24 * 3_600_000;
const lifetimes = { '1': '1 day', '7': '7 days', '30': '30 days', '90': '90 days', '365': '1 year', never: 'No end' };
type Lifetime = keyof typeof lifetimes;

/** For which role, called what, until when; afterwards the token itself, this once. */
export function TokenDialog({ roles, onClose }: { roles: OwnAccount['tokenRoles']; onClose: () => void }) {
  const [role, setRole] = useState(() => keyOf(roles[0] ?? { project: '', role: '' }));
  const [lifetime, setLifetime] = useState<Lifetime>('30');
  const queryClient = useQueryClient();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (name: string) => {
      const chosen = roles.find(one => keyOf(one) === role);
      const expiresIn = lifetime === 'never' ? lifetime : Number(lifetime) * day;
      return post<NewToken>(api.tokens(), { ...chosen, name, expiresIn });
    },
    onSuccess: () => queryClient.invalidateQueries(tokensQuery),
  });
  if (data !== undefined) {
    const until = data.expiresAt === undefined ? 'It has no end.' : `It is good until ${exactTime(data.expiresAt)}.`;
    return (
      <SecretDialog
        title={`The token ${data.name}`}
        secret={data.token}
        what="the token"
        note={`It acts as ${data.role} of the project ${data.project}. ${until}`}
        onClose={onClose}
      />
    );
  }
  return (
    <FormDialog
      title="Make a token"
      action="Make it"
      pending={isPending ? 'It is being made' : undefined}
      error={error}
      onSubmit={given => mutate(String(given.get('name')).trim())}
      onClose={onClose}
    >
      <Field
        label="Name"
        name="name"
        hint="What the records call it: letters, digits and . _ -"
        required
        maxLength={64}
        pattern="[\w.\-]+"
      />
      <Choice text="Acts as">
        <Select
          label="Project and role"
          value={role}
          options={Object.fromEntries(roles.map(one => [keyOf(one), `${one.project} / ${one.role}`]))}
          onChange={setRole}
        />
      </Choice>
      <Choice text="Good for">
        <Select label="Good for" value={lifetime} options={lifetimes} onChange={setLifetime} />
      </Choice>
    </FormDialog>
  );
}

function keyOf({ project, role }: OwnAccount['tokenRoles'][number]): string {
  return `${project}/${role}`;
}

function Choice({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-1">
      <span className="font-medium" aria-hidden="true">
        {text}
      </span>
      {children}
    </div>
  );
}
