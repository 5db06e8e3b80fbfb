import { builtInText } from '../src/access/policy/built-in.ts';
import { resourceNames, resources } from '../src/access/words.ts';
import { actionOf, type Need, rights } from '../src/api/rights.ts';

/** docs/access.md: the words of policies and what each route needs, from the tables that decide. */
export function accessPage(origin: string): string {
  return `${origin}
# Access

Whoever asks an operator shows a token, or has signed in: that says who they are. The policy says what they may do. One function decides for
every address of the API and for every line of a list or a stream, and there is no address that does not ask it.

## Who

| who | recognised by |
| --- | --- |
| \`admin\` | the operator's own token, in \`operator.json\` in the data directory, readable by its owner only |
| an account | one of the tokens whose hashes are declared with it |
| a role of a project, \`proj:PROJECT:ROLE\` | a token that \`holdfast token create\` made |
| a person with an account here | a password or a passkey, in the browser; a command line that they let in |
| a person of your organisation | its OpenID Connect provider, in the browser; a command line that they let in; \`groups\` come from there |

Accounts and the policy are \`access\` in [holdfast.yaml](holdfast-yaml.md), in Git, or in the operator's own
[configuration](configuration.md), or in both: the lines of both count together, the first account of a name counts, and what one of them denies is denied.
A change in Git is followed as soon as Git is seen, without a restart.

\`\`\`yaml
apiVersion: holdfast.dev/v1
kind: Environment
metadata: {name: prod}
spec:
  access:
    default: role:readonly
    policy: |
      p, role:dev, applications, sync, shop/*, allow
      p, role:dev, logs, get, shop/*, allow
      g, team-shop, role:dev
      g, appops, role:admin
    accounts:
      - name: appops
        tokens: [{name: laptop, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, expires: 2030-01-01}]
      - name: build
        groups: [team-shop]
        tokens: [{name: pipeline, sha256: 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752}]
  projects:
    - name: shop
      sourceRepos: ["*"]
      destinations: [{server: "*", namespace: "shop*"}]
      roles:
        - name: deployer
          policies:
            - p, proj:shop:deployer, applications, get, shop/*, allow
            - p, proj:shop:deployer, applications, sync, shop/*, allow
          groups: [team-shop]
\`\`\`

\`bin/holdfast token generate\` makes a token for an account and its hash: the hash is declared, the token is written nowhere.
\`bin/holdfast token create shop deployer --name nightly --expires 90d\` makes one for a role of a project, and shows it once; the operator keeps its hash.
\`token list\` and \`token revoke\` see to them, and *Account* and *Settings*, *Projects* in the web UI, with when each was last used. What was revoked, taken out of Git or has ended is refused at once, and what it had open is
cut within seconds. Tokens of projects live in the data directory: where that is lost, new ones have to be made.

Whatever somebody does is recorded by name and token, \`build via token pipeline\`, or as done over the web UI or a command line, \`appops via ui\`,
\`appops via cli\`. What a client says about itself counts for nothing.

## Signing in

### The first account

There is no default password. As long as there is neither a provider nor an account, every start of \`holdfast run\` prints a link, good once
and for a day. Whoever opens it chooses a name, and a password or a passkey, and has the role \`admin\`.

### Accounts here

\`bin/holdfast account invite appops\` prints such a link for somebody else; \`--admin\` gives the role \`admin\`, which only who has it can give. Everything
else that \`appops\` may is said by the policy, under that name. A link for an account that there is already is the way back into it: what it was
signed in by before is over, and so are its sessions. \`account disable\` ends all at once; \`account enable\` or a new link brings the account back.
\`account sign-out\` ends its sessions and nothing else, also those of somebody who comes by the provider. \`account list\` shows who there is. All of this
is in the web UI, too, under *Settings*, *Accounts*. The last admin with an account here cannot disable themselves.
 Accounts live in the data directory, as hashes (scrypt, 32 MiB each) and public keys; where it is lost, the first link is printed anew.

Browsers have passkeys for names over https, and for \`http://localhost\`; not for addresses such as \`127.0.0.1\`. They work without a name and a
password, and no limit of attempts stops them.

### A provider

\`\`\`yaml
repo: https://github.com/example/fleet
publicURL: https://holdfast.example.com
listen: {host: 0.0.0.0, port: 8443, tls: {certFile: /etc/holdfast/tls.crt, keyFile: /etc/holdfast/tls.key}}
oidc:
  issuer: https://login.example.com/realms/main
  clientId: holdfast
  clientSecretFile: /run/secrets/oidc
  scopes: [openid, email, groups, offline_access]
\`\`\`

At the provider, register a client for the authorization code flow with the redirect address \`https://holdfast.example.com/auth/callback\` and, for
signing out, \`https://holdfast.example.com/login\`. Everything is in [the configuration](configuration.md); the policy speaks about names and groups
of the provider: \`g, team-shop, role:dev\`.

- The flow is authorization code with PKCE (S256), state and nonce; the signature, issuer, audience, time and nonce of the ID token are checked.
- The name is the claim \`email\`, if the provider says that it is verified, or another one (\`nameClaim\`). Where it is missing, is empty or is one of
  ours (\`admin\`, \`role:…\`), nobody is signed in: there is nothing that one falls back to. A name that has an account here is nobody else's.
- Groups that are not in the ID token are asked for at the userinfo address. The provider is asked again every 45 seconds (\`recheck\`): who was taken
  out of a group loses what it gave, who was disabled is out. A provider that cannot be reached is believed for 15 minutes.
- Its tokens never reach the browser. They are kept encrypted with what only the browser's cookie holds: not even the operator can use them without.
- Signing out leads to the provider, if it has such an address, so that it ends its own session.

### Sessions

A session ends 12 hours after it was last used, a week after it began, at sign-out, and when its account is disabled or comes by a new link. What it
had open is cut within seconds. The cookie is \`__Host-holdfast\`: this very host, https, no script, no other site. Over plain http one signs in at
\`localhost\` only, for trying things out: browsers send cookies of \`localhost\` to every port of it, so that other servers on the machine see them. Behind a proxy that ends https, \`publicURL\` says so, and \`listen.trustedProxies\` whose \`X-Forwarded-For\` and \`X-Forwarded-Host\` are believed.

Under *Account* in the web UI everybody sees where they are signed in (address, browser, when it was used) and ends one session or all others, changes
their password, and adds and removes passkeys; the last way in stays. A passkey, or a first password, is for who has signed in within 15 minutes.

What changes something and comes with a cookie must come from a page of the operator itself, and be JSON. Pages of other sites can neither
ask nor frame it; they can link to it.

### A command line

\`bin/holdfast login --server https://holdfast.example.com\` opens a browser. Whoever is signed in there, by whatever way, sees who the command line would be
and eight letters that the terminal shows, too, and allows it or not; \`--sso\` goes to the provider first. From then on \`bin/holdfast\` commands ask that operator as this
person; \`bin/holdfast logout\` ends it. The session is one of the person's own: it is listed under *Account*, ends as the others do, and no later than the one in which it was
allowed; of somebody from a provider it has tokens of its own, which are checked as often. It is kept in \`~/.config/holdfast/logins.json\`, readable by its owner only.

The browser comes back to a port of the same machine's loopback (RFC 8252) with a code that is good once and for a minute, and for who knows what
the challenge was made of (PKCE). Nothing is let in without the word of somebody who is signed in, in the very browser that brings the code; a
command line lets in no other, and adds neither passkeys nor a first password.

### Limits

Of one address 30 wrong passwords are checked, then one every 10 seconds; for one name from one address 6, then one every 5 minutes. A name that is
guessed at from everywhere (60, then one every 30 seconds) gives each address one attempt: who knows the password is let in at the first. Counts are in
tables of fixed size, so that no flood of names pushes anybody out. Names that there are and names that there are not get the same answer after the same
work; at most two passwords are checked at the same time, and 24 wait.

Sign-ins, good and refused, sign-outs, refused writes, tokens and changes of accounts are in the [audit log](audit.md), with address.

## What

A policy is in Argo CD's format: \`p, SUBJECT, RESOURCE, ACTION, OBJECT, allow|deny\` and \`g, USER_OR_GROUP, ROLE\`, with \`#\` before comments
and double quotes around what has commas in it. Subjects are names of accounts, groups and roles, as they are. Resource, action and object are
patterns: \`*\`, \`?\`, \`[a-z]\`, \`[!a-z]\`, \`{a,b}\`, where \`*\` matches \`/\`, too; or, with \`matchMode: regex\`, regular expressions that match
anywhere in the text, in the part of RE2's language without flags, named classes and borders of words.

${resourceTable()}

An object is \`PROJECT/NAME\` where it says so, else a name. \`update\` and \`delete\` may be narrowed to a resource
(\`delete/apps/Deployment/shop/web\`), \`action\` names one (\`action/apps/Deployment/restart\`). Resources that Holdfast does not have yet are
understood, so that a policy that was written for Argo CD is taken as it is.

A role of a project may speak about applications, logs, exec, repositories and targets of its own project, and of nothing else; what it
says about others counts for nothing, whatever its patterns match.

**Deny wins.** Something is allowed when a line allows it and no line denies it, of all lines for the name, its groups, their roles and the default role
together, in whatever order. Argo CD lets a group allow what the user is denied, and the default role what everybody is denied; here a policy
of Argo CD allows the same or less, never more. Names and groups of other systems that begin with \`role:\`, \`proj:\` or \`system:\`, and \`admin\`, are nobody's.

**What may not be seen is not there.** A name that one may not see is answered as one that there is not, in the same words. What may be seen but not
done is refused with ${'`ACCESS_DENIED`'}, which names action and object.

**A mistake changes nothing.** A policy with a line that is not understood is not followed at all: the last good one stays in force, over restarts
too, and \`problems\` of the environment says line and column. In the operator's own configuration it ends the start.

## The roles that are there

\`\`\`
${builtInText()}
\`\`\`

## Asking

\`bin/holdfast rbac can appops sync applications shop/web\` asks the running operator and says which line decides; with \`--policy FILE\` it asks a policy,
a holdfast.yaml or a ConfigMap \`argocd-rbac-cm\` instead, without an operator. \`bin/holdfast whoami\` says whom the operator takes you for. One may always ask
about oneself; about others one needs \`accounts, get\`.

## What each address needs

${routeTable()}
`;
}

function resourceTable(): string {
  const rows = resourceNames.map(name => {
    const { actions, perProject, about } = resources[name];
    const words = actions.map(action => `\`${action}\``).join(', ');
    return `| \`${name}\` | ${words} | ${perProject ? '`PROJECT/NAME`' : '`NAME`'} | ${about} |`;
  });
  return ['| resource | actions | object | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const objects: Record<Need['of'], string> = {
  application: '`PROJECT/APPLICATION`',
  environment: 'the environment',
  project: 'the project',
  token: "the token's project",
  person: 'the account',
  account: 'the subject that is asked about, unless it is oneself',
};

function routeTable(): string {
  const rows = Object.entries(rights).map(([route, right]) => {
    const [method = '', url = ''] = route.split(' ');
    const address = `\`${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}\``;
    if (right === 'anyone') return `| ${address} | nothing |`;
    if (right === 'recognised') return `| ${address} | a token or a session; what one may not see is left out |`;
    const { otherwise, also } = right;
    const needs = [
      need(right),
      ...(also === undefined ? [] : [`${also.words} also \`${also.action}\``]),
      ...(otherwise === undefined ? [] : [`without a name ${need(otherwise)}`]),
    ];
    return `| ${address} | ${needs.join('; ')} |`;
  });
  return ['| address | needs |', '| --- | --- |', ...rows].join('\n');
}

function need({ resource, of, ...rest }: Need): string {
  return `\`${resource}, ${actionOf(rest, 'GROUP/KIND/NAMESPACE/NAME')}\` of ${objects[of]}`;
}
