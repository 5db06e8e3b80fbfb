import { problemIn } from './problem.ts';

type QueryValue = string | number | boolean | readonly string[] | undefined;
export type ApiQuery = Readonly<Record<string, QueryValue>>;

/** Path and query as the API takes them: a list becomes `a=1&a=2`; what is undefined is left out. */
export function addressOf(path: string, query: ApiQuery = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return (typeof value === 'object' ? value : [value]).map(one => [name, String(one)]);
  });
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
}

/** The answer's body. Throws an ApiProblem for an answer that is an error. */
export async function get<Answer>(path: string, query: ApiQuery, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(addressOf(path, query), { signal, headers: { accept: 'application/json' } });
  return await answerOf<Answer>(response);
}

/** For everything that changes something. */
export async function post<Answer = void>(path: string, body?: unknown): Promise<Answer> {
  const json = { 'content-type': 'application/json' };
  const content = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
  return await answerOf<Answer>(await fetch(path, { method: 'POST', ...content }));
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw await problemIn(response);
  // The operator checks its answers against the schema that the type is made from.
  return response.status === 204 ? (undefined as Answer) : ((await response.json()) as Answer);
}
