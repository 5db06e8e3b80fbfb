import { failure } from '../errors.ts';
import { type ApiOptions, createApi } from './app.ts';

export interface RunningApi {
  /** `http://127.0.0.1:41234` */
  url: string;
  /** From now on, new connections get this certificate. Throws for one that does not fit its key. */
  renew(certificate: { cert: string; key: string }): void;
  /** Ends every connection, streams included. */
  close(): Promise<void>;
}

/** Serves the API; port 0 takes any free one. Throws API_LISTEN_FAILED. */
export async function startApi(options: ApiOptions & { port: number }): Promise<RunningApi> {
  const { host, port, tls } = options;
  const server = await createApi(options).catch(error => {
    // Of a certificate that is none.
    throw tls === undefined ? error : failed(options, error);
  });
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw failed(options, error);
  }
  const address = server.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const scheme = tls === undefined ? 'http' : 'https';
  let current = tls?.cert;
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    renew(certificate) {
      if (certificate.cert === current || !('setSecureContext' in server.server)) return;
      (server.server as { setSecureContext(one: object): void }).setSecureContext(certificate);
      current = certificate.cert;
    },
    close: () => server.close(),
  };
}

function failed({ host, port }: { host: string; port: number }, error: unknown) {
  return failure('API_LISTEN_FAILED', { host, port, reason: error instanceof Error ? error.message : '' }, error);
}
