import { type Answer, type Case, mediaTypes, type Request, type Side, type Step, type Watching } from './step.ts';

export interface Names {
  namespace: string;
  id: string;
}

/** Carries out all steps of a case on one side. */
export async function runCase({ steps }: Case, side: Side, names: Names): Promise<Answer[]> {
  const answers: Answer[] = [];
  const watches = new Map<number, Watching>();
  for (const [number, step] of steps.entries()) {
    if (step.method === 'EVENTS') {
      answers.push(await watches.get(step.of ?? 0)!.events(step.count ?? 1));
      continue;
    }
    if (step.method === 'WAIT') {
      await side.pass(1100);
      answers.push({ status: 0, body: undefined });
      continue;
    }
    const request = requestOf(step, answers, names);
    if (step.method === 'WATCH') {
      const watching = await side.watch({ ...request, method: 'GET' });
      watches.set(number, watching);
      answers.push(watching.answer);
      continue;
    }
    answers.push(await settled(step, request, side));
  }
  return answers;
}

/** For 40 s of the real server. */
const attempts = 1600;

async function settled({ until }: Step, request: Request, side: Side): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await side.send(request);
    if (until === undefined || until(answer) || attempt === attempts) return answer;
    await side.pass();
  }
}

function requestOf(step: Step, answers: readonly Answer[], names: Names): Request {
  const path = typeof step.path === 'function' ? step.path(answers) : step.path;
  const given = typeof step.body === 'function' ? step.body(answers) : step.body;
  const body = given === undefined ? undefined : typeof given === 'string' ? given : JSON.stringify(given);
  const type = mediaTypes[step.type ?? 'json'];
  return {
    method: step.method,
    path: fill(path, names),
    headers: {
      ...{ 'user-agent': step.as ?? 'human/1.0', accept: step.accept ?? 'application/json' },
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    body: body === undefined ? undefined : fill(body, names),
  };
}

function fill(text: string, { namespace, id }: Names): string {
  return text.replaceAll('$NS', namespace).replaceAll('$ID', id);
}
