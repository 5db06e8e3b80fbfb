import type { RenderMessage } from '../../../src/render/protocol.ts';

/** A request that ends with an error of the catalogue. */
export class Problem extends Error {
  readonly code: string;
  readonly details: Record<string, string>;
  readonly stuck: boolean;

  constructor(code: string, details: Record<string, string>, stuck = false) {
    super(code);
    this.code = code;
    this.details = details;
    this.stuck = stuck;
  }
}

/** The renderer ends in the middle of its work. */
export class Crash extends Error {
  readonly status: number;

  constructor(status: number, said: string) {
    super(said);
    this.status = status;
  }
}

export interface Question {
  ask: 'look' | 'read';
  root: string;
  paths: string[];
  max?: number;
}

export interface Node {
  type: string;
  id: string;
  target?: string;
  listing?: string;
  entries?: { name: string; type: string; id: string }[];
}

export interface Answer {
  failed?: boolean;
  tooLarge?: string;
  node?: Node | null;
  lengths?: number[];
}

export type Ask = (question: Question) => Promise<{ answer: Answer; tail: Buffer }>;

export interface Request extends RenderMessage {
  directory: { recurse?: boolean; include?: string; exclude?: string };
  budgets: { milliseconds: number; fileBytes: number; resources: number };
}
