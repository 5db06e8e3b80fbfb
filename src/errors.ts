/**
 * The catalogue of errors. A code is a promise to users and programs: it never changes its meaning.
 * `message` says what happened, `advice` what to do, `fault` whose it is:
 * `user` (what was declared or asked; retrying does not help), `external` (somebody else's outage; retried), `internal` (a bug in Holdfast).
 * docs/errors.md is checked against this table.
 */
export type Fault = 'user' | 'external' | 'internal';

export interface ErrorKind {
  fault: Fault;
  message: string;
  advice: string;
}

const catalogue = {
  ACCEPTANCE_CHANGED: {
    fault: 'user',
    message: 'What would be proposed for {name} is no longer what was shown: Git or the target has changed since',
    advice: 'Look at it again, and propose that.',
  },
  ACCEPTANCE_EMPTY: {
    fault: 'user',
    message: 'Nothing of what differs in {name} can be written to Git: {reason}',
    advice: '`holdfast accept {name}` says it of each; change Git by hand, or heal what differs.',
  },
  ACCESS_DENIED: {
    fault: 'user',
    message: '{subject} may not {action} {resource} {object}',
    advice:
      '`holdfast rbac can` says which line of the policy decides; have it allowed in Git, or ask somebody who may.',
  },
  ACCESS_POLICY_INVALID: {
    fault: 'user',
    message: '{source}:{line}:{column}: {reason}',
    advice: 'Correct the line; docs/access.md tells the format.',
  },
  ACCOUNT_LAST_ADMIN: {
    fault: 'user',
    message: 'Without {name} nobody with an account here could administer Holdfast',
    advice: 'Invite another admin first, and have them come by their link.',
  },
  ACCOUNT_LAST_WAY_IN: {
    fault: 'user',
    message: 'It is the only way into the account {name} that is left',
    advice: 'Set a password or add another passkey first.',
  },
  ACCOUNT_LIMIT: {
    fault: 'user',
    message: 'There are {limit} accounts already',
    advice: 'Let people sign in by the provider of your organisation instead.',
  },
  ACCOUNT_NAME_UNSUITABLE: {
    fault: 'user',
    message: 'The name of an account {reason}',
    advice: 'Choose another.',
  },
  ACCOUNT_NOT_FOUND: {
    fault: 'user',
    message: 'There is no account {name}',
    advice: '`holdfast account list` shows those that there are.',
  },
  API_BODY_TOO_LARGE: {
    fault: 'user',
    message: 'The request is larger than the limit of {limit} bytes',
    advice: 'Send less.',
  },
  API_BUSY: {
    fault: 'external',
    message: '{limit} streams are open already',
    advice: 'Close some, or try again later.',
  },
  API_HOST_REFUSED: {
    fault: 'user',
    message: 'The request names a host that this operator does not answer for',
    advice: 'Use the address that `holdfast run` printed; it answers for loopback names only.',
  },
  API_INPUT_INVALID: {
    fault: 'user',
    message: 'The request is not as the API takes it: {reason}',
    advice: 'Correct it; /api/openapi.json describes every request.',
  },
  API_LISTEN_FAILED: {
    fault: 'user',
    message: 'The API cannot listen on {host}:{port}: {reason}',
    advice: 'Choose another address with --listen, or stop what uses this one.',
  },
  API_NOT_JSON: {
    fault: 'user',
    message: 'The body of a request must be JSON',
    advice: 'Send it with `Content-Type: application/json`.',
  },
  API_ORIGIN_REFUSED: {
    fault: 'user',
    message: 'The request comes from a page of another site',
    advice: 'Open the operator by its own address.',
  },
  API_ROUTE_NOT_FOUND: {
    fault: 'user',
    message: 'There is nothing to {method} at this address',
    advice: '/api/openapi.json lists all addresses.',
  },
  API_STARTING: {
    fault: 'external',
    message: 'Holdfast is starting: it waits for its target or for Git',
    advice: 'Ask again in a moment; the log of the operator says what it waits for.',
  },
  API_TIMEOUT: {
    fault: 'external',
    message: 'The answer took longer than {ms} ms',
    advice: 'Try again; `holdfast doctor` shows whether Git and the target answer.',
  },
  API_UNAUTHORIZED: {
    fault: 'user',
    message: 'The request bears no valid token, and nobody is signed in',
    advice:
      'Sign in, or send `Authorization: Bearer <token>`: a token of an account or a project that is not revoked and has not ended, or the one in operator.json in the data directory.',
  },
  APP_DECLARED_NOWHERE: {
    fault: 'user',
    message: 'The application {name} has no declaration',
    advice: 'Nothing can be synced for it; delete it (holdfast delete), or declare it again in Git.',
  },
  APP_NOT_FOUND: {
    fault: 'user',
    message: 'There is no application {name}',
    advice: '`holdfast apps` lists all of them.',
  },
  APP_NOT_READY: {
    fault: 'external',
    message: '{name} cannot be compared yet: {reason}',
    advice: 'Wait a moment, or look at its conditions with `holdfast app`.',
  },
  APP_NOT_SYNCING: {
    fault: 'user',
    message: 'No sync of {name} is under way',
    advice: '`holdfast app {name}` shows how it is; `holdfast suspend {name}` keeps automation from starting one.',
  },
  APP_NO_ROLLBACK: {
    fault: 'user',
    message: '{name} has no earlier successful sync to go back to: {reason}',
    advice: '`holdfast history` lists what there is.',
  },
  APP_PLAN_CHANGED: {
    fault: 'user',
    message: 'What would be done to {name} is no longer what was shown: Git or the target has changed since',
    advice: 'Look at the plan again, and ask for that.',
  },
  APP_REFUSED: {
    fault: 'user',
    message: '{name} is not delivered: {reason}',
    advice: 'Correct its declaration or its project in Git.',
  },
  APP_WITHOUT_SOURCE: {
    fault: 'user',
    message: 'The application {name} names no source',
    advice: 'Give it a source with a repository and a path.',
  },
  ARCHIVE_INVALID: {
    fault: 'user',
    message: 'The archive {name} cannot be read: {reason}',
    advice: 'Have whoever publishes it pack it again; Holdfast reads gzip-compressed tar with plain relative names.',
  },
  ARCHIVE_TOO_LARGE: {
    fault: 'user',
    message: 'The archive {name} holds more than the limit of {limit} {unit}',
    advice: 'Check what is in it; a chart or a bundle of manifests is not expected to be so large.',
  },
  AUDIT_KEY_UNUSABLE: {
    fault: 'user',
    message: '{path} is no Ed25519 key in PEM',
    advice:
      'Give the public key that the operator left beside its audit log; or bring its private key back from a backup.',
  },
  CHART_DIGEST_MISMATCH: {
    fault: 'external',
    message: '{url} has the digest {actual}, but {expected} was promised',
    advice: 'Do not trust it: somebody replaced it, or it was damaged on its way. Ask its publisher.',
  },
  CHART_NOT_FOUND: {
    fault: 'user',
    message: '{url} has no chart {chart} in version {version}',
    advice: 'Check the name and the version; a range needs a version that fits it.',
  },
  CHART_REPOSITORY_INVALID: {
    fault: 'external',
    message: '{url} answered with something that is no chart repository: {reason}',
    advice: 'Check that the address is right, and that the server is healthy.',
  },
  CLI_ANSWER_INVALID: {
    fault: 'external',
    message: '{server} does not answer like a Holdfast operator: {reason}',
    advice: 'Check the address, and that both have the same version.',
  },
  CLI_LOGIN_REFUSED: {
    fault: 'user',
    message: 'The command line was not let in: somebody refused it in the browser',
    advice: 'Try again with `holdfast login`.',
  },
  CLI_OPERATOR_NOT_FOUND: {
    fault: 'user',
    message: 'No operator has been started with the data directory {directory}',
    advice: 'Start one with `holdfast run`, name it with --data-dir or --server, or sign in with `holdfast login`.',
  },
  CLI_OPERATOR_UNREACHABLE: {
    fault: 'external',
    message: 'The operator at {server} does not answer: {reason}',
    advice: 'Start it with `holdfast run`, or correct --data-dir or --server.',
  },
  CLI_SYNC_FAILED: {
    fault: 'user',
    message: '{reason}',
    advice: '`holdfast app NAME` shows each resource; correct it in Git, or sync again.',
  },
  CLI_TOKEN_MISSING: {
    fault: 'user',
    message: 'There is no token for {server}',
    advice: 'Sign in with `holdfast login`, name the file of a token with --token-file, or set HOLDFAST_TOKEN.',
  },
  CLI_USAGE: {
    fault: 'user',
    message: '{reason}',
    advice: 'Add --help to see what the command takes.',
  },
  CLI_WAIT_TIMED_OUT: {
    fault: 'external',
    message: 'After {seconds} s it is still not so: {waiting}',
    advice: 'Wait longer with --timeout; `holdfast app NAME` shows what it waits for.',
  },
  CONFIG_INVALID: {
    fault: 'user',
    message: '{file}:{line}:{column}: {reason}',
    advice: 'Correct the file; docs/configuration.md lists every field.',
  },
  DATA_DIRECTORY_IN_USE: {
    fault: 'user',
    message: 'Another Holdfast (process {pid}) uses the data directory {directory}',
    advice: 'Stop it first, or name another directory with --data-dir.',
  },
  DISK_FAILED: {
    fault: 'external',
    message: 'The disk does not take or give what it should: {reason}',
    advice: 'Free space on it, or make it writable again; Holdfast goes on by itself then.',
  },
  FILE_CHANGED: {
    fault: 'user',
    message: '{path} was changed while it was being used',
    advice: 'Try again when nothing writes to it any more.',
  },
  FILE_NOT_FOUND: { fault: 'user', message: 'There is no file {path}', advice: 'Check the path.' },
  FILE_TOO_LARGE: {
    fault: 'user',
    message: '{path} is larger than the limit of {limit} bytes',
    advice: 'Make it smaller, or raise the limit in the configuration.',
  },
  GIT_AUTH_FAILED: {
    fault: 'user',
    message: '{url} refused the credentials: {reason}',
    advice: 'Check user, token or key in the configuration, and that they may read this repository.',
  },
  GIT_FAILED: {
    fault: 'external',
    message: 'git {command} failed for {url}: {reason}',
    advice: 'The reason is what git said; Holdfast tries again.',
  },
  GIT_HOST_UNKNOWN: {
    fault: 'user',
    message: 'The ssh host key of {url} is not among the known hosts',
    advice:
      'Add the line of `ssh-keyscan HOST`, once you have compared its fingerprint, to the known hosts of these credentials.',
  },
  GIT_OBJECT_INVALID: {
    fault: 'external',
    message: 'The mirror of {url} has no usable object {id}: {reason}',
    advice: 'Nothing to do: Holdfast makes the mirror anew at its next look. If it comes back, check the disk.',
  },
  GIT_PUSH_REFUSED: {
    fault: 'user',
    message: '{url} did not take the branch {branch}: {reason}',
    advice:
      'Let its credentials write branches below `holdfast/`, or apply the patch in a clone and push that: `holdfast accept` prints it.',
  },
  GIT_REPOSITORY_NOT_FOUND: {
    fault: 'user',
    message: 'There is no repository at {url}, or these credentials may not see it',
    advice: 'Check the address and the rights of the credentials.',
  },
  GIT_REVISION_AMBIGUOUS: {
    fault: 'user',
    message: '{url} has a branch and a tag named {revision}, at different commits',
    advice: 'Write the whole name: refs/heads/… for the branch, refs/tags/… for the tag.',
  },
  GIT_REVISION_INVALID: {
    fault: 'user',
    message: '{revision} cannot name a revision: {reason}',
    advice: 'Use a branch, a tag, a commit id, HEAD, or a range of versions.',
  },
  GIT_REVISION_NOT_FOUND: {
    fault: 'user',
    message: '{url} has no revision {revision}',
    advice: 'Check the name. What was delivered before stays as it is.',
  },
  GIT_SERVER_INVALID: {
    fault: 'external',
    message: '{url} did not answer as a Git server does: {reason}',
    advice: 'Check that the address is that of a repository, and that the server is healthy; Holdfast tries again.',
  },
  GIT_TOO_LARGE: {
    fault: 'user',
    message: '{url} sends more than the limit of {limit} bytes in one fetch',
    advice: 'Use a smaller repository, or raise the limit in the configuration.',
  },
  GIT_URL_INVALID: {
    fault: 'user',
    message: 'The repository address {url} cannot be used: {reason}',
    advice: 'Use https://host/path, ssh://user@host/path or user@host:path.',
  },
  INTERNAL: {
    fault: 'internal',
    message: 'Something is wrong inside Holdfast: {reason}',
    advice: 'Report it with the log around this line; it is a bug.',
  },
  K8S_ANSWER_INVALID: {
    fault: 'external',
    message: 'The API server answered {request} with something that is not Kubernetes: {reason}',
    advice: 'Check that the address is that of a Kubernetes API server, and what stands in between.',
  },
  K8S_CONFLICT: {
    fault: 'external',
    message: 'The API server refused {request} because of a conflict: {reason}',
    advice: 'Somebody changed it at the same moment; Holdfast tries again.',
  },
  K8S_DENIED: {
    fault: 'user',
    message: 'An admission policy denied {request}: {reason}',
    advice: 'Change the manifest to what the policy allows, or the policy.',
  },
  K8S_EXISTS: {
    fault: 'user',
    message: '{request} failed: it exists already',
    advice: 'Delete the one that is there, or give this one another name.',
  },
  K8S_FORBIDDEN: {
    fault: 'user',
    message: 'Not allowed: {request}: {reason}',
    advice: 'Grant the right to the account that Holdfast uses; `holdfast doctor` lists what it may do.',
  },
  K8S_GONE: {
    fault: 'external',
    message: 'The API server no longer has the history that {request} asks for',
    advice: 'Nothing to do: Holdfast reads it anew.',
  },
  K8S_IMMUTABLE: {
    fault: 'user',
    message: 'The API server refused {request}: a field cannot be changed after creation: {reason}',
    advice: 'Give it another name, or allow deleting and creating it again: Force=true in its sync options.',
  },
  K8S_INVALID: {
    fault: 'user',
    message: 'The API server refused {request} as invalid: {reason}',
    advice: 'Correct the manifest.',
  },
  K8S_KIND_UNKNOWN: {
    fault: 'user',
    message: 'The cluster does not know the kind of {request}',
    advice: 'Install its CustomResourceDefinition first, or declare it in the same application.',
  },
  K8S_NAMESPACE_MISSING: {
    fault: 'user',
    message: 'The namespace of {request} does not exist: {reason}',
    advice: 'Declare it, or set the sync option CreateNamespace=true.',
  },
  K8S_NAMESPACE_TERMINATING: {
    fault: 'external',
    message: 'The namespace of {request} is being deleted: {reason}',
    advice: 'Wait until it is gone; when it does not go, look at its status for what holds it.',
  },
  K8S_NOT_FOUND: {
    fault: 'external',
    message: '{request} found nothing: {reason}',
    advice: 'It was deleted by someone; Holdfast looks again.',
  },
  K8S_NOT_READY: {
    fault: 'external',
    message: '{resource} was not ready after {ms} ms: {reason}',
    advice: 'Look at its status; Holdfast tries again.',
  },
  K8S_REFUSED: {
    fault: 'user',
    message: 'The API server refused {request} ({status}): {reason}',
    advice: 'Correct what the message names.',
  },
  K8S_TOO_MANY_REQUESTS: {
    fault: 'external',
    message: 'The API server is too busy for {request}: {reason}',
    advice: 'Holdfast slows down and tries again.',
  },
  K8S_UNAUTHORIZED: {
    fault: 'user',
    message: 'The API server does not accept the credentials: {reason}',
    advice: 'Renew the token or certificate in the kubeconfig.',
  },
  K8S_UNAVAILABLE: {
    fault: 'external',
    message: 'The API server could not answer {request} ({status}): {reason}',
    advice: 'Check the health of the API server; Holdfast tries again.',
  },
  KUBECONFIG_CONTEXT_UNKNOWN: {
    fault: 'user',
    message: '{path} has no context {context}; it has: {contexts}',
    advice: 'Name one of them.',
  },
  KUBECONFIG_EXEC_FAILED: {
    fault: 'external',
    message: 'The credential program {command} of the kubeconfig failed: {reason}',
    advice: 'Run it by hand as the user that runs Holdfast.',
  },
  KUBECONFIG_INVALID: {
    fault: 'user',
    message: '{path}: {reason}',
    advice: 'Correct the kubeconfig; `kubectl config view` shows how kubectl understands it.',
  },
  LOGIN_BUSY: {
    fault: 'external',
    message: 'Too many people sign in at this moment',
    advice: 'Try again in some seconds.',
  },
  LOGIN_CODE_INVALID: {
    fault: 'user',
    message: 'The command line cannot be let in: {reason}',
    advice: 'Begin again with `holdfast login`.',
  },
  LOGIN_FAILED: {
    fault: 'user',
    message: 'Name and password do not fit, or the passkey is not known here',
    advice: 'Try again; who administers Holdfast can make a new link with `holdfast account invite`.',
  },
  LOGIN_INSECURE: {
    fault: 'user',
    message: 'Nobody can sign in over plain http',
    advice: 'Serve it with `listen.tls` or behind https with `publicURL`, or open it as http://localhost.',
  },
  LOGIN_LIMITED: {
    fault: 'user',
    message: 'There were too many attempts to sign in',
    advice: 'Wait some minutes, or use a passkey.',
  },
  LOGIN_LINK_INVALID: {
    fault: 'user',
    message: 'The link is not valid: it was used, was replaced by another, or is older than a day',
    advice: 'Have a new one made with `holdfast account invite`; for the first account, restart the operator.',
  },
  LOGIN_PASSKEY_REFUSED: {
    fault: 'user',
    message: 'The passkey is not accepted: {reason}',
    advice: 'Try again, or use another.',
  },
  LOGS_NOT_SUPPORTED: {
    fault: 'user',
    message: 'The target {target} has no logs to show',
    advice: 'Look where the resource itself writes them.',
  },
  LOGS_NO_PREVIOUS: {
    fault: 'user',
    message: 'On the target {target}, a process that is started again goes on writing to the same log',
    advice:
      'Ask for this run: its log has the lines of the run before, too. On the command line, --tail asks for more of them.',
  },
  MACHINE_FILE_EXISTS: {
    fault: 'user',
    message: '{path} exists already, and no application of Holdfast put it there',
    advice: 'Move it away, or set file_exists_behavior to OVERWRITE or RETAIN in appspec.yml.',
  },
  MACHINE_NOT_PERMITTED: {
    fault: 'user',
    message: '{action} {path} is not permitted: {reason}',
    advice: 'Give the user that Holdfast runs as the right to do it, or run Holdfast as root.',
  },
  MACHINE_PATH_FORBIDDEN: {
    fault: 'user',
    message: '{path} must not be touched: {reason}',
    advice: 'Use a path inside the roots that the configuration of this machine allows.',
  },
  MACHINE_RESOURCE_INVALID: {
    fault: 'user',
    message: '{resource} cannot be understood: {reason}',
    advice: 'A machine takes what is rendered from a Procfile or an appspec.yml.',
  },
  MACHINE_SCRIPT_FAILED: {
    fault: 'user',
    message: 'The script {script} cannot be run: {reason}',
    advice: 'Correct the script, or its entry in appspec.yml.',
  },
  MACHINE_USER_UNKNOWN: {
    fault: 'user',
    message: 'There is no user or group {name} on this machine',
    advice: 'Create it, or correct its name.',
  },
  MACHINE_WRITE_FAILED: {
    fault: 'external',
    message: '{action} {path} failed: {reason}',
    advice: 'Make room, or have the file system writable again; Holdfast tries again.',
  },
  NET_FAILED: {
    fault: 'external',
    message: 'The connection to {origin} failed: {reason}',
    advice: 'Check that the address is right and reachable from here; Holdfast tries again.',
  },
  NET_FORBIDDEN: {
    fault: 'user',
    message: 'Connecting to {host} is not allowed: {reason}',
    advice: 'Use another address, or allow it in the network policy of the configuration.',
  },
  NET_TIMEOUT: {
    fault: 'external',
    message: '{origin} did not answer within {ms} ms',
    advice: 'Check that the server is healthy; Holdfast tries again.',
  },
  NET_TOO_LARGE: {
    fault: 'external',
    message: '{origin} answered with more than the limit of {limit} bytes',
    advice: 'Check that the address is right; an answer of this size is not expected there.',
  },
  OIDC_IDENTITY_UNUSABLE: {
    fault: 'user',
    message: 'The claim {claim} of whoever signed in {reason}',
    advice: 'Have the provider send it as it should be, or choose another claim with `oidc.nameClaim`.',
  },
  OIDC_NOT_CONFIGURED: {
    fault: 'user',
    message: 'No provider to sign in by is configured',
    advice: 'Set `oidc` in the configuration of the operator; docs/access.md tells how.',
  },
  OIDC_REFUSED: {
    fault: 'user',
    message: 'The sign-in by the provider failed: {reason}',
    advice:
      'Begin again; when it stays so, compare `oidc` in the configuration with what the provider knows of the client.',
  },
  OIDC_UNREACHABLE: {
    fault: 'external',
    message: 'The provider {issuer} cannot be asked: {reason}',
    advice: 'It is tried again at the next attempt; check its address, the network, and its certificate.',
  },
  PASSWORD_UNSUITABLE: {
    fault: 'user',
    message: 'The password {reason}',
    advice: 'Choose another; three or four words at random are a good one.',
  },
  PATH_UNCLEAR: {
    fault: 'user',
    message: '{path} does not say which application is meant: {reason}',
    advice: 'Name a directory that holds one application, or say which one with --name.',
  },
  PROCESS_NOT_FOUND: {
    fault: 'user',
    message: 'There is no program {command}',
    advice: 'Install it, or correct its name.',
  },
  PROCESS_NOT_STARTED: {
    fault: 'external',
    message: 'The machine has no room for another program: {reason}',
    advice:
      'Free memory, processes or open files on the machine that Holdfast runs on, or raise its limits (`ulimit -u`, `ulimit -n`, TasksMax, pids of the container). It is tried again by itself.',
  },
  PROCESS_OUTPUT_TOO_LARGE: {
    fault: 'user',
    message: '{command} printed more than the limit of {limit} bytes',
    advice: 'Make it print less.',
  },
  PROCESS_TIMEOUT: {
    fault: 'user',
    message: '{command} did not end within {ms} ms',
    advice: 'Find out why it takes so long, or allow it more time.',
  },
  PROJECT_FORBIDS: {
    fault: 'user',
    message: '{reason}',
    advice: 'Change the rules of the project, or take the resource out of the application.',
  },
  PROJECT_NOT_FOUND: {
    fault: 'user',
    message: 'There is no project {project}',
    advice: 'Projects are declared in Git, with the roles that tokens are for.',
  },
  REGISTRY_AUTH_FAILED: {
    fault: 'user',
    message: '{url} refused the credentials: {reason}',
    advice: 'Check user and password or token in the configuration, and that they may read there.',
  },
  REGISTRY_FAILED: {
    fault: 'external',
    message: '{url} answered with HTTP {status}',
    advice: 'Check that the address is right and the server is healthy; Holdfast tries again.',
  },
  RENDER_APPSPEC_INVALID: {
    fault: 'user',
    message: '{file}:{line}:{column}: {reason}',
    advice: 'Correct appspec.yml; it follows the AppSpec file of AWS CodeDeploy for servers, version 0.0, os linux.',
  },
  RENDER_BUSY: {
    fault: 'external',
    message: '{count} renders that take long are before it',
    advice:
      'It is tried again by itself. Look for applications that fail with RENDER_TIMEOUT: they hold up the others that take long.',
  },
  RENDER_CRASHED: {
    fault: 'user',
    message: 'The renderer ended while it rendered this, twice: {reason}',
    advice:
      'Something in this source is more than it can take; make it smaller or simpler, and report it if it is neither.',
  },
  RENDER_FAILED: {
    fault: 'user',
    message: 'Rendering failed: {reason}',
    advice: 'Correct the source; the same tool on your machine says the same.',
  },
  RENDER_INVALID: {
    fault: 'user',
    message: '{file}: {reason}',
    advice: 'Correct the file.',
  },
  RENDER_MACHINE_REFUSED: {
    fault: 'user',
    message: '{path} is not delivered: {reason}',
    advice: 'Change it in Git; what was delivered before stays as it is.',
  },
  RENDER_OUT_OF_MEMORY: {
    fault: 'user',
    message: 'Rendering takes more memory than allowed',
    advice: 'Make the source smaller, or raise the limit in the configuration.',
  },
  RENDER_PROCFILE_INVALID: {
    fault: 'user',
    message: '{file}:{line}:{column}: {reason}',
    advice: 'Correct the file: a Procfile has lines of `name: command`, a .env file lines of NAME=value.',
  },
  RENDER_QUERY_INVALID: {
    fault: 'user',
    message: 'The expression {expression} cannot be read: {reason}',
    advice: 'Correct it; it is a jq expression that selects fields.',
  },
  RENDER_QUERY_TIMEOUT: {
    fault: 'user',
    message: 'The jq expressions did not end within {ms} ms',
    advice: 'Make them simpler: they should select fields, not compute.',
  },
  RENDER_REFUSED: {
    fault: 'user',
    message: '{reason}',
    advice: 'It is not done here on purpose: see docs/rendering.md.',
  },
  RENDER_REMOTE_DENIED: {
    fault: 'user',
    message: 'The source needs {url}, which its project does not allow',
    advice: 'Allow it in the project, or keep a copy in the repository.',
  },
  RENDER_TIMEOUT: {
    fault: 'user',
    message: 'Rendering did not end within {ms} ms',
    advice: 'Find out what takes so long, or allow it more time in the configuration.',
  },
  RENDER_TOO_LARGE: {
    fault: 'user',
    message: 'The limit of {limit} on {budget} is passed',
    advice: 'Make the source smaller, or raise the limit in the configuration.',
  },
  RENDER_UNAVAILABLE: {
    fault: 'external',
    message: 'The renderer cannot be started: {reason}',
    advice: 'Check that the program is built and can run here; Holdfast tries again.',
  },
  RESOURCE_ACT_UNKNOWN: {
    fault: 'user',
    message: '{resource} cannot be asked to {act}',
    advice:
      'Deployments, StatefulSets, DaemonSets and processes restart; what is being deleted already needs nothing more.',
  },
  RESOURCE_NOT_FOUND: {
    fault: 'user',
    message: 'The application {name} has no resource {resource}',
    advice: '`holdfast app NAME` lists its resources.',
  },
  ROLE_NOT_FOUND: {
    fault: 'user',
    message: 'The project {project} has no role {role}',
    advice: 'Declare the role in Git, under `roles` of the project.',
  },
  SESSION_NOT_FOUND: {
    fault: 'user',
    message: 'There is no session {id}',
    advice: 'It may have ended; look at the list again.',
  },
  SESSION_STALE: {
    fault: 'user',
    message: 'This asks for somebody who has just signed in',
    advice: 'Sign in again, and do it within 15 minutes.',
  },
  SOURCE_DENIED: {
    fault: 'user',
    message: '{url} may not be fetched: {reason}',
    advice: 'Use an https:// or oci:// address that the project and the configuration allow.',
  },
  STORE_UNUSABLE: {
    fault: 'external',
    message: 'The store {path} cannot be used: {reason}',
    advice: 'Holdfast sets it aside and starts a new one; nothing that runs is touched.',
  },
  SYNC_NOT_FOUND: {
    fault: 'user',
    message: 'The history of {name} has no sync {id}',
    advice: '`holdfast history NAME` lists those that are kept.',
  },
  TARGET_UNKNOWN: {
    fault: 'user',
    message: 'Neither the configuration nor {path}/holdfast.yaml says where to deliver to',
    advice: 'Say it with --target kubernetes or --target machine.',
  },
  TOKEN_EXISTS: {
    fault: 'user',
    message: 'The role {role} of project {project} has a token {name} already',
    advice: 'Take another name, or revoke that one first.',
  },
  TOKEN_LIMIT: {
    fault: 'user',
    message: 'There are {limit} tokens already',
    advice: 'Revoke those that nobody uses.',
  },
  TOKEN_NOT_FOUND: {
    fault: 'user',
    message: 'There is no token {id}',
    advice: '`holdfast token list` lists those that you may see.',
  },
  TREE_PATH_INVALID: {
    fault: 'user',
    message: '{path} cannot be the path of a file here',
    advice: 'Use a relative path without `..` that no other file is in the way of.',
  },
  WEB_NOT_BUILT: {
    fault: 'user',
    message: 'The web UI is not there: it was not built',
    advice:
      'Run `npm run build:web` in the clone, and start the operator again. The API and the command line work without it.',
  },
} satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof catalogue;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Message<Code extends ErrorCode> = (typeof catalogue)[Code]['message'];
export type ErrorDetails<Code extends ErrorCode> = Record<Names<Message<Code>>, string | number>;

export const errorCatalogue: Readonly<Record<string, ErrorKind>> = catalogue;

export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly fault: Fault;
  readonly advice: string;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.fault = catalogue[code].fault;
    this.advice = catalogue[code].advice;
  }
}

/** Makes an error of the catalogue: `throw failure('NET_TIMEOUT', { origin, ms })`. Details must be fit to print: no secrets. */
export function failure<Code extends ErrorCode>(
  code: Code,
  details: ErrorDetails<Code>,
  cause?: unknown,
): HoldfastError {
  const values: Record<string, string | number> = details;
  const message = catalogue[code].message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return new HoldfastError(code, message, cause);
}

/** Full, over quota, read-only, broken: no bug of ours. */
const diskCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** No free process, memory or file: no bug of ours either. */
const scarceCodes: ReadonlySet<unknown> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

/** What is caught may be anything; this makes it one of ours. Unknown things are our own bug until shown otherwise. */
export function asFailure(thrown: unknown): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  if (thrown instanceof Error && 'code' in thrown && diskCodes.has(thrown.code))
    return failure('DISK_FAILED', { reason: thrown.message }, thrown);
  if (thrown instanceof Error && /^spawn\b/.test(thrown.message) && 'code' in thrown && scarceCodes.has(thrown.code))
    return failure('PROCESS_NOT_STARTED', { reason: thrown.message }, thrown);
  return failure('INTERNAL', { reason: thrown instanceof Error ? thrown.message : String(thrown) }, thrown);
}
