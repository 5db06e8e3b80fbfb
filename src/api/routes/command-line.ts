import type { Access } from '../../access/access.ts';
import { loopback } from '../../access/login/command-line.ts';
import { failure } from '../../errors.ts';
import * as account from '../account-schemas.ts';
import { doerOf } from '../admission.ts';
import type { ApiServer } from '../app.ts';
import { problem } from '../schemas.ts';
import { mustMaySignIn, witnessed } from './login.ts';

/** How a command line is let in by who is signed in, in a browser: src/access/login/command-line.ts says how it goes. */
export function addCommandLineRoutes(server: ApiServer, access: Access): void {
  const { signIn } = access;

  server.post(
    '/api/v1/session/cli',
    {
      schema: {
        summary:
          'Lets a command line of this machine in as oneself, or refuses it; the answer is where the browser goes then',
        body: account.commandLineBody,
        response: { 200: account.commandLineAnswer, default: problem },
      },
    },
    async request => {
      mustMaySignIn(request);
      const { allow, ...asked } = request.body;
      const { subject, secret = '' } = request.session;
      const session = signIn.sessions.find(secret);
      // A command line lets in no other: it would never come to an end.
      if (session === undefined || session.client !== undefined)
        throw failure('LOGIN_CODE_INVALID', { reason: 'it is allowed by who is signed in, in a browser' });
      if (allow) {
        const ticket = signIn.commandLines.allow(asked, session);
        return { redirect: `/auth/command-line?${new URLSearchParams({ ticket })}` };
      }
      const what = `did not let a command line in as ${subject.name}`;
      access.witness.tell(doerOf(request), { action: 'access.login', what, result: 'refused' });
      return { redirect: loopback(asked, { error: 'refused' }) };
    },
  );

  server.post(
    '/api/v1/session/cli/token',
    {
      schema: {
        summary: 'The session of a command line that was let in, for the code that the browser brought; shown once',
        body: account.redeemBody,
        response: { 200: account.redeemed, default: problem },
      },
    },
    async request =>
      await witnessed(access, request, 'command line', async () => {
        const { code, verifier } = request.body;
        const { secret, subject } = signIn.commandLines.redeem(code, verifier);
        signIn.describe(secret, { from: request.ip, agent: request.headers['user-agent'] ?? '' });
        const what = `signed in on a command line, let in by ${subject.through ?? 'a browser'}`;
        access.witness.tell({ subject, from: request.ip }, { action: 'access.login', what, result: 'done' });
        return { token: secret, name: subject.name, expiresAt: subject.expiresAt ?? 0 };
      }),
  );
}
