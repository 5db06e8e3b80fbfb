import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { memoryOperator } from '../../../src/api/testing/memory-operator.ts';
import { realEnv } from '../../../src/env/real.ts';
import { createCertificate } from '../../world/http-server.ts';

/** The certificate that is shown to a new connection. */
async function shown(url: string): Promise<string> {
  const { port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

it('a certificate that is renewed is shown from then on; one that does not fit its key changes nothing', async () => {
  const [first, second] = [await createCertificate(), await createCertificate()];
  const env = realEnv();
  const parts = { env, operator: memoryOperator([]), access: memoryAccess(env), token: 'own' };
  const api = await startApi({ ...parts, host: '127.0.0.1', port: 0, tls: first });
  try {
    const before = await shown(api.url);
    api.renew(first);
    expect(await shown(api.url)).toBe(before);
    expect(() => api.renew({ cert: second.cert, key: first.key })).toThrow();
    expect(await shown(api.url)).toBe(before);
    api.renew(second);
    expect(await shown(api.url)).not.toBe(before);
  } finally {
    await api.close();
  }
});
