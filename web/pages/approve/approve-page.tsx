import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { post } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import type { CommandLineAnswer } from '../../api/types.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { checkWordIn } from '../../model/approve-search.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { api } from '../../util/api-paths.ts';

const route = getRouteApi('/shell/approve');

/** Where `holdfast login` leads: who is signed in lets the command line in as themselves, or does not. */
export function ApprovePage() {
  const { port, challenge, state } = route.useSearch();
  const { data: session } = useQuery(sessionQuery);
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (allow: boolean) =>
      post<CommandLineAnswer>(api.commandLine(), { port: Number(port), challenge, state, allow }),
    // To the loopback: a page of the command line itself answers there.
    onSuccess: ({ redirect }) => location.assign(redirect),
  });
  const word = checkWordIn(state ?? '');
  const wait = isPending || isSuccess ? 'It is being done' : undefined;
  useTitle('Let a command line in');
  if (state === undefined || word === '')
    return (
      <Notice tone="bad" title="The address is not whole">
        Open the one that <code className="mono">holdfast login</code> printed, all of it.
      </Notice>
    );
  return (
    <div className="mx-auto flex max-w-md flex-col gap-4 pt-10">
      <h1>Let a command line in?</h1>
      <p>
        A command line on this machine asks to act as <b className="font-semibold">{session?.subject?.name}</b>: it may
        do all that you may, until you end its session.
      </p>
      <p>
        Allow it only if the terminal shows the same letters:
        <span className="mono block py-3 text-center text-[1.75rem] font-semibold tracking-widest">{word}</span>
      </p>
      <p className="text-dim">If you did not start one, refuse: somebody may be trying to act in your name.</p>
      {error !== null && <ProblemView error={error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={() => mutate(false)} disabledReason={wait}>
          Refuse
        </Button>
        <Button kind="primary" onClick={() => mutate(true)} disabledReason={wait}>
          Allow
        </Button>
      </div>
    </div>
  );
}
