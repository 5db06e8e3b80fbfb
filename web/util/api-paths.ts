/** The only place that makes addresses of the API. */
const v1 = '/api/v1';
const ofApplication = (name: string) => `${v1}/applications/${encodeURIComponent(name)}`;
const ofResource = (name: string, key: string) => `${ofApplication(name)}/resources/${encodeURIComponent(key)}`;

export type AccountAction = 'invite' | 'disable' | 'enable' | 'sessions/end';
export type ApplicationAction = 'sync' | 'cancel' | 'rollback' | 'suspend' | 'resume' | 'remove';

export const api = {
  environment: () => `${v1}/environment`,
  refresh: () => `${v1}/refresh`,
  list: () => `${v1}/list`,
  listChanges: () => `${v1}/list/changes`,
  application: ofApplication,
  row: (name: string) => `${ofApplication(name)}/row`,
  revisions: (name: string) => `${ofApplication(name)}/revisions`,
  actOn: (name: string, key: string, act: 'restart' | 'delete') => `${ofResource(name, key)}/${act}`,
  plan: (name: string) => `${ofApplication(name)}/plan`,
  history: (name: string) => `${ofApplication(name)}/history`,
  contrast: (name: string, id: string) => `${ofApplication(name)}/history/${encodeURIComponent(id)}/diff`,
  tree: (name: string) => `${ofApplication(name)}/tree`,
  resource: ofResource,
  resourceEvents: (name: string, key: string) => `${ofResource(name, key)}/events`,
  logs: (name: string) => `${ofApplication(name)}/logs`,
  act: (name: string, action: ApplicationAction) => `${ofApplication(name)}/${action}`,
  accept: (name: string) => `${ofApplication(name)}/accept`,
  propose: (name: string) => `${ofApplication(name)}/propose`,
  drift: () => `${v1}/drift`,
  timeline: () => `${v1}/timeline`,
  moment: () => `${v1}/timeline/at`,
  rebuild: () => `${v1}/past/rebuild`,
  audit: () => `${v1}/audit`,
  repositories: () => `${v1}/repositories`,
  targets: () => `${v1}/targets`,
  settings: () => `${v1}/settings`,
  projects: () => `${v1}/projects`,
  session: () => `${v1}/session`,
  signIn: (method: 'password' | 'passkey') => `${v1}/session/${method}`,
  passkeyChallenge: () => `${v1}/session/passkey/begin`,
  signOut: () => `${v1}/session/logout`,
  commandLine: () => `${v1}/session/cli`,
  account: () => `${v1}/account`,
  ownPassword: () => `${v1}/account/password`,
  ownSessions: () => `${v1}/account/sessions`,
  endOwnSession: (id: string) => `${v1}/account/sessions/${encodeURIComponent(id)}/end`,
  endOtherSessions: () => `${v1}/account/sessions/end-others`,
  ownPasskeys: () => `${v1}/account/passkeys`,
  beginPasskey: () => `${v1}/account/passkeys/begin`,
  removePasskey: (id: string) => `${v1}/account/passkeys/${encodeURIComponent(id)}/remove`,
  tokens: () => `${v1}/tokens`,
  revokeToken: (id: string) => `${v1}/tokens/${encodeURIComponent(id)}/revoke`,
  accounts: () => `${v1}/accounts`,
  actOnAccount: (name: string, action: AccountAction) => `${v1}/accounts/${encodeURIComponent(name)}/${action}`,
  setup: () => `${v1}/setup`,
  setupLook: () => `${v1}/setup/look`,
  setupPasskey: () => `${v1}/setup/passkey`,
  /** A page, not a request: the browser goes to the provider from there. */
  provider: (back: string) => `/auth/login?${new URLSearchParams({ return: back })}`,
} as const;
