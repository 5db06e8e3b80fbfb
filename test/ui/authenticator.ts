import type { Page } from 'playwright-core';

/** A passkey inside of the browser, that says yes by itself. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const abilities = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    automaticPresenceSimulation: true,
    ...abilities,
  } as const;
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
}
