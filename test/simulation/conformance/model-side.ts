import { type ApiAnswer, ModelCluster } from '../cluster/cluster.ts';
import { SteppedTime } from '../cluster/testing.ts';
import type { Answer, Request, Side } from './step.ts';

export function modelSide(): Side {
  const time = new SteppedTime();
  // As in the real cluster: nobody runs Pods.
  const cluster = new ModelCluster(time, { job: () => undefined, readyMs: () => undefined });
  const handle = ({ method, path, headers, body }: Request) =>
    cluster.handle({ method, path, headers, user: 'holdfast', ...(body === undefined ? {} : { body }) });
  return {
    send: async request => read(handle(request)),
    async watch(request) {
      const answer = handle(request);
      const lines: string[] = [];
      const taken = (count: number) => ({ status: 200, body: lines.splice(0, count).map(line => JSON.parse(line)) });
      if (!('open' in answer)) return { answer: read(answer), events: async count => taken(count) };
      answer.open(
        line => lines.push(line),
        () => {},
      );
      return {
        answer: { status: 200, body: undefined },
        async events(count) {
          // Less than a minute: nobody waits for bookmarks.
          for (let ms = 0; lines.length < count && ms < 10_000; ms += 100) time.run(100);
          return taken(count);
        },
      };
    },
    async pass(ms = 100) {
      time.run(ms);
    },
  };
}

function read(answer: ApiAnswer): Answer {
  if ('open' in answer) return { status: 200, body: 'a stream' };
  const { status, headers, body } = answer;
  return { status, body: headers['content-type']?.startsWith('application/json') ? JSON.parse(body) : body };
}
