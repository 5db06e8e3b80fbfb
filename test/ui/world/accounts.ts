import type { TestOperator } from '../../world/operator.ts';
import { accounts } from './people.ts';

/** Makes the accounts as people do: by a link for each. */
export async function createAccounts({ holdfast }: TestOperator, url: string): Promise<void> {
  const { people } = holdfast.access.signIn;
  for (const [name, { password, admin }] of Object.entries(accounts)) {
    const { token } = people.invite(name, admin, 'operator');
    const response = await fetch(`${url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ token, password }),
    });
    if (!response.ok) throw new Error(`the account ${name} cannot be made: ${await response.text()}`);
  }
}
