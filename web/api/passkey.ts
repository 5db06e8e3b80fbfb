import { post } from './client.ts';
import type { PasskeyCreationOptions, PasskeyRequestOptions } from './types.ts';

/** What the browser's own dialog for passkeys needs and gives; both as JSON, as the API takes and answers it. */

export async function readPasskey(challengePath: string): Promise<unknown> {
  const options = await post<PasskeyRequestOptions>(challengePath, {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return asJson(await navigator.credentials.get({ publicKey }));
}

export async function makePasskey(options: PasskeyCreationOptions): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return asJson(await navigator.credentials.create({ publicKey }));
}

/** Whether somebody only closed the dialog: no error to speak of. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

function asJson(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey');
  return credential.toJSON();
}
