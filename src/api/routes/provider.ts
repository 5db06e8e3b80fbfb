import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { Aim } from '../../access/login/sign-in.ts';
import { asFailure } from '../../errors.ts';
import { commandLineQuery } from '../account-schemas.ts';
import type { ApiEnv, ApiServer } from '../app.ts';
import { cookieText, readCookie } from '../cookies.ts';
import { loginQuery } from '../login-schemas.ts';
import { type Place, safeReturn } from '../place.ts';
import { problem } from '../schemas.ts';
import { begin, mustMaySignIn } from './login.ts';

const onTheWaySeconds = 15 * 60;
const elsewhere = { 303: z.undefined().describe('Leads on'), default: problem };

/**
 * Signing in by a provider. These are pages, not for programs: whatever goes wrong leads to the sign-in page, with a code of ours and no
 * word of anybody else's.
 */
export function addProviderRoutes(
  server: ApiServer,
  access: Access,
  { env, publicURL }: { env: ApiEnv; publicURL: string | undefined },
): void {
  const { signIn } = access;
  const homeAt = ({ origin }: Place) => (publicURL === undefined ? origin : new URL(publicURL).origin);

  server.get(
    '/auth/login',
    {
      schema: {
        summary: 'Leads to the provider; afterwards back to `return`',
        querystring: loginQuery,
        response: elsewhere,
      },
    },
    async (request, reply) => {
      const { place, query } = request;
      const returnTo = safeReturn(query.return, place.origin);
      return await orToLogin(request, reply, returnTo, async () => {
        const home = homeAt(place);
        // The provider knows one address, and cookies are for the one that they were made at.
        if (place.origin !== home)
          return reply.redirect(`${home}/auth/login?${new URLSearchParams({ return: returnTo })}`, 303);
        return await leadToProvider(request, reply, { returnTo });
      });
    },
  );

  server.get(
    '/auth/command-line',
    {
      schema: {
        summary:
          'Leads to a command line that was let in, with a code for it; who comes by the provider is asked there first',
        querystring: commandLineQuery,
        response: elsewhere,
      },
    },
    async (request, reply) =>
      await orToLogin(request, reply, '/', async () => {
        const { query, headers, place } = request;
        const secret = readCookie(headers.cookie ?? '', 'session', place) ?? '';
        const { given, approver } = signIn.commandLines.allowed(query.ticket, secret);
        if (approver.oidc === undefined) return reply.redirect(signIn.admitCommandLine(given, approver), 303);
        // It gets tokens of its own: two that share one cannot both have it renewed.
        const commandLine = { given, name: approver.name };
        return await leadToProvider(request, reply, { returnTo: '/', commandLine });
      }),
  );

  server.get(
    '/auth/callback',
    {
      schema: {
        summary: 'Where the provider sends the browser back to',
        querystring: z.record(z.string(), z.unknown()),
        response: elsewhere,
      },
    },
    async (request, reply) => {
      const { place, headers, url } = request;
      const cookie = readCookie(headers.cookie ?? '', 'login', place);
      reply.header('set-cookie', cookieText('login', place, '', 0));
      return await orToLogin(request, reply, '/', async () => {
        const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
        const { leadsTo, opened } = await signIn.finishProvider(query, cookie);
        if (opened !== undefined) begin(access, env.clock, request, reply, opened);
        return reply.redirect(leadsTo, 303);
      });
    },
  );

  async function leadToProvider({ place }: FastifyRequest, reply: FastifyReply, aim: Aim): Promise<FastifyReply> {
    const { url, cookie } = await signIn.beginProvider(`${homeAt(place)}/auth/callback`, aim);
    return reply.header('set-cookie', cookieText('login', place, cookie, onTheWaySeconds)).redirect(url, 303);
  }

  async function orToLogin(
    request: FastifyRequest,
    reply: FastifyReply,
    returnTo: string,
    work: () => Promise<FastifyReply>,
  ): Promise<never> {
    try {
      mustMaySignIn(request);
      return (await work()) as never;
    } catch (error) {
      const { code, message, fault } = asFailure(error);
      // What anybody can bring about from outside is in the audit log only, which lets itself not be flooded.
      if (fault !== 'user') env.log.warn('A sign-in by the provider failed', { code, reason: message });
      const detail = { reason: message };
      const what = 'could not sign in: provider';
      const who = { subject: { name: '', groups: [] }, from: request.ip };
      access.witness.tell(who, { action: 'access.login', what, result: 'refused', detail }, code);
      const query = new URLSearchParams({ error: code, ...(returnTo === '/' ? {} : { return: returnTo }) });
      return reply.redirect(`/login?${query}`, 303) as never;
    }
  }
}
