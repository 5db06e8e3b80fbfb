import type { PointKind, Verdict } from '../faults/point.ts';

export interface ServerRequest {
  method: string;
  port: number;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** What a server says: all of it, or line by line. `open` answers how to end it. */
export type ServerAnswer =
  | { status: number; headers: Record<string, string>; body: string | Uint8Array }
  | {
      status: 200;
      headers: Record<string, string>;
      open(push: (line: string) => void, end: () => void): () => void;
    };

/** Somebody who can be reached over the simulated network. */
export interface SimServer {
  /** Addresses that its name stands for. */
  addresses: string[];
  /** Where faults can happen, and what it is called there; undefined: nowhere. */
  point(request: ServerRequest): { kind: PointKind; detail: string } | undefined;
  /** Carries out `stale` by itself. */
  handle(request: ServerRequest, verdict: Verdict): ServerAnswer;
  /** Whether anybody listens there now. */
  isListening?(port: number): boolean;
}
