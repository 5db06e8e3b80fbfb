import { logFields } from '../src/env/log-fields.ts';
import { metricTable } from '../src/telemetry/metric-table.ts';
import { tracingVariables } from '../src/telemetry/tracing/settings.ts';
import { limits } from '../src/telemetry/tracing/span.ts';

/** docs/observability.md, from the tables of metrics, of what logs say, and of the variables that ask for traces. */
export function observabilityPage(origin: string): string {
  const metrics = Object.entries(metricTable).map(
    ([name, { type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map(label => `\`${label}\``).join(', ')} | ${help}. |`,
  );
  const variables = Object.entries(tracingVariables).map(([name, meaning]) => `| \`${name}\` | ${meaning}. |`);
  const fields = Object.entries(logFields).map(([name, meaning]) => `| \`${name}\` | ${meaning}. |`);
  return `${origin}
# Metrics, health, logs and traces

## Metrics

\`GET /metrics\` answers in the text format of Prometheus. It needs a token that may \`get\` \`targets\`, in the header \`Authorization: Bearer\`.

\`\`\`yaml
scrape_configs:
  - job_name: holdfast
    authorization: {credentials_file: /etc/prometheus/holdfast-token}
    static_configs: [{targets: ["127.0.0.1:8080"]}]
\`\`\`

No label is a name of yours: 10,000 applications make as many series as one. Which application it is, the API and the CLI say.
Counters begin at 0 with each start of the operator; what has no labels is there from the start.

| metric | type | labels | |
| --- | --- | --- | --- |
${metrics.join('\n')}

Worth an alert: \`holdfast_audit_failing > 0\`; \`holdfast_applications{sync="OutOfSync"}\` for long; \`rate(holdfast_git_checks_total{result="failed"}[10m]) > 0\`.
\`holdfast_event_loop_delay_seconds\` is measured only while somebody scrapes.

## How well delivery does

The four measures of the DORA reports, from what was recorded:

| measure | \`holdfast delivery\`, \`/api/v1/past/delivery\` | \`/metrics\` |
| --- | --- | --- |
| Deployment frequency: revisions that were delivered to an application, each once | \`deployments\`, \`deploymentsPerDay\` | \`holdfast_deployments_total\` |
| Lead time: from the commit to the end of the sync that delivered it first | \`leadTime\` (median, p90) | \`holdfast_lead_time_seconds\` |
| Change failure rate: of the revisions that were tried, those that failed, degraded their application, or were taken back by a person | \`failures\`, \`changeFailureRate\` | \`holdfast_failed_changes_total\` |
| Time to restore: from such a failure until the application was healthy again | \`timeToRestore\` (median, p90) | \`holdfast_restore_seconds\` |

The command and the API measure the [audit log](audit.md), which outlives restarts, over the time that is asked for. The metrics count as it happens, from the
start of the operator on: a failure before a restart that is made good after it is in the log, and in no metric. Repairs of
drift (\`self-heal\`) are no deployments.

## Health and readiness

| | 200 | otherwise |
| --- | --- | --- |
| \`GET /healthz\` | the program answers, from the very loop that does all work | no answer: it hangs, or is gone |
| \`GET /readyz\` | the target was reached, what is declared was read, and each application was looked at once, all in this run | 503 |

Both need no token, and say nothing else. Nothing outside makes \`/healthz\` red: not a target, a Git server or a receiver of traces that is
away, not a lost store. With a fixed port it answers before the target is reached, where a start waits for that; the API then
answers 503 (\`API_STARTING\`). \`/readyz\` becomes red no more once it was green: when Git or the target goes away for a while, what was known goes on, and
\`holdfast doctor\` says what is wrong. An application whose first look hangs holds readiness up for a minute at most.

\`\`\`yaml
livenessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 10, timeoutSeconds: 5}
readinessProbe: {httpGet: {path: /readyz, port: 8080}}
\`\`\`

## Logs

On stderr; \`--log-level\` and \`--log-format\` (\`log\` in the [configuration](configuration.md)) say what and how. \`json\` is one object a
line: \`time\` (ISO 8601, UTC), \`level\` (\`debug\`, \`info\`, \`warn\`, \`error\`), \`message\` (the same words each time but for what happens to
applications), and of these what there is to say. Names keep their meaning; more may come.

| field | |
| --- | --- |
${fields.join('\n')}

Manifests, secret values and credentials are never logged.

## Traces

Where OpenTelemetry's environment variables name a receiver, spans are sent to it by OTLP over HTTP, as JSON. Without, nothing is measured, and nothing is paid.

\`\`\`sh
OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 holdfast run …
\`\`\`

One commit is one trace, as far as one thing leads to another: the request that tells of it, or the look at Git that finds it; the fetch; each application that it
is about; renders; the sync with its waves and hooks.

| span | is | attributes, besides others |
| --- | --- | --- |
| \`POST /api/v1/…\` | a request to the API by somebody who is recognised; the trace of their \`traceparent\` goes on | \`http.request.method\`, \`http.route\`, \`url.path\`, \`http.response.status_code\` |
| \`git refresh\` | a look at a repository that found something, failed, or was asked for | \`vcs.repository.url.full\`, \`holdfast.git.moved\` |
| \`git fetch\` | what moved is fetched | \`vcs.repository.url.full\` |
| \`read declarations\` | what Git declares is read | |
| \`reconcile\` | a look at one application; those without an occasion are left out where they find nothing new within a second | \`cicd.pipeline.name\`, \`vcs.ref.head.revision\`, \`holdfast.sync.status\`, \`holdfast.health.status\` |
| \`render\`, \`compare\`, \`plan\` | parts of it | \`holdfast.source.type\`, \`holdfast.resources\`, \`holdfast.render.cached\` |
| \`sync\` | a sync, from its start to its end | \`cicd.pipeline.run.id\` (of the history), \`cicd.pipeline.result\`, \`vcs.ref.head.revision\`, \`deployment.environment.name\`, \`holdfast.sync.started_by\` |
| \`wave\` | one of its waves; each resource that is written is an event, ${limits.events} at most | \`cicd.pipeline.task.name\`, \`cicd.pipeline.task.run.result\` |
| \`hook\` | one of its hooks | the same |

What fails has the status \`ERROR\` with the message, and \`error.type\`: a [code](errors.md), or what kind of failure it was. Texts are cut at ${limits.text} characters.
Secret values and credentials are in no attribute; addresses lose theirs. Lines of the log have \`trace_id\` and \`span_id\`.

Delivery waits for none of it. What the receiver does not take fast enough waits in a queue, and is dropped where that is full (\`holdfast_trace_spans_total\`);
requests are tried three times, and stopping waits two seconds at most.

| variable | |
| --- | --- |
${variables.join('\n')}

A value that cannot be followed is told in the log, and left out. [Why no library](decisions/0013-spans-of-our-own.md).
`;
}
