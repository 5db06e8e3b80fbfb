import { z } from 'zod';
import { failure } from '../errors.ts';
import { replyFailure } from './failures.ts';
import type { QueryMessage } from './protocol.ts';
import type { RendererService } from './service.ts';

/** jq on JSON documents, for `ignoreDifferences`. Bounded in time and memory; no environment, no input, no modules. */
export interface JsonQueries {
  /** Paths of all that the expressions select, keys and indexes from the top. What does not fit the document selects nothing. */
  paths(document: string, expressions: readonly string[], signal: AbortSignal): Promise<(string | number)[][]>;
  /** The document without what the expressions select: canonical JSON. */
  delete(document: string, expressions: readonly string[], signal: AbortSignal): Promise<string>;
}

const pathsSchema = z.array(z.array(z.union([z.string(), z.number()])));

export function jsonQueries(service: RendererService, milliseconds: number): JsonQueries {
  async function ask(
    mode: QueryMessage['mode'],
    document: string,
    expressions: readonly string[],
    signal: AbortSignal,
  ) {
    const head: QueryMessage = { type: 'jq', mode, expressions, milliseconds };
    const exchange = { head, tails: [Buffer.from(document)], answer: () => Promise.reject(new Error('no questions')) };
    const { head: answer, tail } = await service.request(exchange, milliseconds, signal);
    if (answer.type === 'error') throw replyFailure(answer);
    if (answer.type === 'question') throw failure('INTERNAL', { reason: 'a query has no questions' });
    return { answer, tail };
  }
  return {
    async paths(document, expressions, signal) {
      if (expressions.length === 0) return [];
      const { answer } = await ask('paths', document, expressions, signal);
      // Slices (`.[1:3]`) are paths of objects in jq; they name no single field.
      const paths = (answer.paths ?? []).filter(path => path.every(step => typeof step !== 'object'));
      return pathsSchema.parse(paths);
    },
    async delete(document, expressions, signal) {
      const { tail } = await ask('delete', document, expressions, signal);
      return Buffer.from(tail).toString('utf8');
    },
  };
}
