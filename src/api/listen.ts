import { failure } from '../errors.ts';
import { type ApiOptions, createApi } from './app.ts';

export interface RunningApi {
  /** `http://127.0.0.1:41234` */
  url: string;
  /** Ends every connection, streams included. */
  close(): Promise<void>;
}

/** Serves the API; port 0 takes any free one. Throws API_LISTEN_FAILED. */
export async function startApi(options: ApiOptions & { port: number }): Promise<RunningApi> {
  const { host, port } = options;
  const server = await createApi(options);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw failure('API_LISTEN_FAILED', { host, port, reason: error instanceof Error ? error.message : '' }, error);
  }
  const address = server.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, close: () => server.close() };
}
