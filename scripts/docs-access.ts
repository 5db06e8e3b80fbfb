import { builtInText } from '../src/access/policy/built-in.ts';
import { resourceNames, resources } from '../src/access/words.ts';
import { type Need, rights } from '../src/api/rights.ts';

/** docs/access.md: the words of policies and what each route needs, from the tables that decide. */
export function accessPage(origin: string): string {
  return `${origin}
# Access

Whoever asks an operator shows a token, and the token says who they are. The policy says what they may do. One function decides for
every address of the API and for every line of a list or a stream, and there is no address that does not ask it.

## Who

| who | recognised by |
| --- | --- |
| \`admin\` | the operator's own token, in \`operator.json\` in the data directory, readable by its owner only |
| an account | one of the tokens whose hashes are declared with it |
| a role of a project, \`proj:PROJECT:ROLE\` | a token that \`holdfast token create\` made |

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
      g, ann, role:admin
    accounts:
      - name: ann
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
\`token list\` and \`token revoke\` see to them. What was revoked, taken out of Git or has ended is refused at once, and what it had open is
cut within seconds. Tokens of projects live in the data directory: where that is lost, new ones have to be made.

Whatever somebody does is recorded by name and token: \`build via token pipeline\`. What a client says about itself counts for nothing.

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

\`bin/holdfast rbac can ann sync applications shop/web\` asks the running operator and says which line decides; with \`--policy FILE\` it asks a policy,
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

function need({ resource, action, of }: Need): string {
  return `\`${resource}, ${action}\` of ${objects[of]}`;
}
