import { useState } from 'react';
import { wasCancelled } from '../../api/passkey.ts';
import type { SetupState } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useSetUp } from './use-set-up.ts';

/** A name, where there is none yet, and a password or a passkey. */
export function SetupForm({ token, state }: { token: string; state: SetupState }) {
  const [name, setName] = useState('');
  const setUp = useSetUp(token, state.name === undefined ? name : undefined);
  const wait = setUp.isPending ? 'It is being set up' : undefined;
  const needsName = state.name === undefined && name.trim() === '' ? 'It needs a name' : undefined;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        setUp.mutate({ by: 'password', password: String(given.get('password')) });
      }}
    >
      {state.name === undefined && (
        <Field
          label="Name"
          name="name"
          autoComplete="username"
          required
          value={name}
          onChange={event => setName(event.target.value)}
        />
      )}
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={state.minPassword}
        hint={`At least ${state.minPassword} characters. A sentence is easier to remember than signs.`}
      />
      {setUp.isError && !wasCancelled(setUp.error) && <ProblemView error={setUp.error} />}
      <Button type="submit" kind="primary" disabledReason={wait}>
        <span className="mx-auto py-1">Set up with a password</span>
      </Button>
      {state.passkey && (
        <Button disabledReason={wait ?? needsName} onClick={() => setUp.mutate({ by: 'passkey' })}>
          <span className="mx-auto py-1">Set up with a passkey instead</span>
        </Button>
      )}
    </form>
  );
}
