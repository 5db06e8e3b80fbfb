import type { Problem } from './types.ts';

/** Everything that goes wrong in the browser, in the words of the API: what happened, what to do, whose fault. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly advice: string;
  readonly fault: Problem['fault'];
  /** Of the HTTP answer; 0 where there was none. */
  readonly status: number;

  constructor({ code, message, advice, fault }: Problem, status: number) {
    super(message);
    this.name = 'ApiProblem';
    this.code = code;
    this.advice = advice;
    this.fault = fault;
    this.status = status;
  }
}

/** Nobody is signed in, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

/** Not there, or not to be seen by whoever asks: the API does not say which. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

/** What was agreed to is not what would be done now: nothing was done. */
export function isPlanChanged(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'APP_PLAN_CHANGED';
}

/** The one funnel: whatever was thrown, as a problem that a person can read. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof TypeError) {
    return new ApiProblem(
      {
        code: 'UNREACHABLE',
        message: 'The operator does not answer',
        advice: 'Check that it runs and that this machine reaches it. The page goes on by itself when it does.',
        fault: 'external',
      },
      0,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ApiProblem(
    { code: 'INTERNAL', message, advice: 'Reload the page. If it comes again, report it.', fault: 'internal' },
    0,
  );
}

/** What a failed answer says; in general words where something between here and the operator gave it. */
export async function problemIn(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return new ApiProblem(body, response.status);
  const message = `The answer was ${response.status} ${response.statusText}`.trim();
  const advice = 'Something between this browser and the operator answered instead of it. Try again.';
  return new ApiProblem({ code: 'UNREACHABLE', message, advice, fault: 'external' }, response.status);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body && 'advice' in body;
}
