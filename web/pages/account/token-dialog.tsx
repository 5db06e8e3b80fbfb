import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { tokensQuery } from '../../api/account.ts';
import { post } from '../../api/client.ts';
import type { NewToken, OwnAccount } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { SecretOnce } from '../../components/secret-once.tsx';
import { exactTime } from '../../model/time.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { api } from '../../util/api-paths.ts';

const day = 24 * 3_600_000;
const lifetimes = { '1': '1 day', '7': '7 days', '30': '30 days', '90': '90 days', '365': '1 year', never: 'No end' };
type Lifetime = keyof typeof lifetimes;

/** For which role, called what, until when; afterwards the token itself, this once. */
export function TokenDialog({ roles, onClose }: { roles: OwnAccount['tokenRoles']; onClose: () => void }) {
  const form = useId();
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
      <Dialog
        isOpen
        onClose={onClose}
        title={`The token ${data.name}`}
        footer={<Button onClick={onClose}>Done</Button>}
      >
        <SecretOnce
          text={data.token}
          what="the token"
          title="Copy it now: it is not shown again"
          note={`It acts as ${data.role} of the project ${data.project}. ${until}`}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Make a token"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} kind="primary" disabledReason={isPending ? 'It is being made' : undefined}>
            Make it
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault();
          mutate(String(new FormData(event.currentTarget).get('name')).trim());
        }}
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
        {error !== null && <ProblemView error={error} />}
      </form>
    </Dialog>
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
