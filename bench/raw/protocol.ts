/** What the raw client is told to send; the same for every request unless it says otherwise. */
export interface RawWork {
  server: string;
  caFile: string;
  token: string;
  userAgent: string;
  /** Requests under way at a time. */
  concurrency: number;
  /** Whether they share one connection by HTTP/2, or have one each by HTTP/1.1. */
  http2: boolean;
  /** Requests a second in all; as fast as they are answered when not given. */
  perSecond?: number;
  /** Sent over and over until it is told to stop; once when not given. */
  forever?: true;
  requests: RawRequest[];
}

export interface RawRequest {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: string;
  contentType?: string;
}

export interface RawResult {
  /** From the first request to the last answer. */
  seconds: number;
  sent: number;
  failed: number;
  /** The first answer that was no success. */
  failure?: string;
  /** Of the client's own process. */
  cpuSeconds: number;
}
