import { auditActions } from '../src/access/audit/record.ts';

/** docs/audit.md, with its table of actions. */
export function auditPage(origin: string): string {
  const rows = Object.entries(auditActions).map(([action, meaning]) => `| \`${action}\` | ${meaning}. |`);
  return `${origin}
# The audit log

The operator writes down who did what, through what, when, and with what result: syncs, repairs, overrides, refusals, what was
declared, and by whose commits. When nothing happens, nothing is written.

The log lies in \`audit\` in the data directory, as files of JSON Lines that are only added to: \`0001.jsonl\`, \`0002.jsonl\`, and so on,
each ended at about 8 MiB or after a month, and never written again. The store beside it may be lost without harm; the log may not: back it up, or ship it with \`holdfast audit export\`.

\`\`\`json
{"seq":41,"at":1795253161000,"who":"automated","via":"automation","action":"sync.ended","what":"succeeded at 3f2a91c: ",
 "application":"shop","project":"default","revision":"3f2a91c…","sources":[…],"result":"succeeded","author":"Appdev <appdev@example.com>",
 "committer":"Appdev <appdev@example.com>","reviewers":["Backdev <backdev@example.com>"],"detail":{"sync":"…","changed":2,…},"previous":"…","hash":"…"}
\`\`\`

\`author\` and \`committer\` are those of the commit that \`revision\` names (that of the first source in Git); \`reviewers\` are those of its \`Reviewed-by\`,
\`Approved-by\` and \`Acked-by\` trailers, and \`Co-authored-by\` adds to \`author\`. They are what the commit says of itself. \`who\` is an account, \`admin\` for
the operator's own token, \`automated\`, \`self-heal\`, \`holdfast\` or \`git\`; \`token\` names the token that was used. Fields are fixed and
short: there is none that could hold a manifest or a secret value.

\`from\` is the address of who asked; what nobody asked for has none. \`detail.decidedBy\` names the lines of the policy by which a write was allowed or refused.
Of settings, projects and the policy, \`detail.added\` and \`detail.removed\` say what changed since the commit \`detail.before\`; what changed while the
operator was stopped is known by its fields only.

### Whose commits a sync brought

\`delivered\` of a \`sync.ended\` names every commit between what ran before (\`before\`) and what runs now that touches what the application is made from: its
directory, and whatever else was read to render it. Each with author, committer where that is somebody else, reviewers, those who signed off, and
first line; a merge is among them when it brought such a change. \`takenBack\` names those that a rollback or a rewritten branch takes away.

\`\`\`json
"delivered":{"before":"9c01d2e…","count":2,"listed":[
 {"id":"3f2a91c…","author":"Appdev <appdev@example.com>","reviewers":["Backdev <backdev@example.com>"],"subject":"Raise limits","at":1795253100000},
 {"id":"77be0aa…","author":"Coder <coder@example.com>, Appdev <appdev@example.com>","signedOff":["Coder <coder@example.com>"],"subject":"New base","at":1795252800000}]}
\`\`\`

At most 50 are listed, the newest, and no more than 16 KiB; \`count\` is that of all. 1,000 commits of both sides are looked at: where there are more, \`least\` says
that \`count\` is the least. \`note\` says why nothing could be told: nothing ran before, or Git could not be read. Charts have no commits. What ran before a lost
store is found in the log itself.

## Reading it

\`\`\`console
$ holdfast audit --application shop --since 2d
$ holdfast audit --who appdev --action override -o json
$ holdfast at 2026-11-21T10:30Z shop       # what ran then, and from which commit
$ holdfast rebuild --at 2h --dry-run       # what bringing it back would do, against what is live now
$ holdfast delivery --since 30d            # lead time, deployments, change failure rate, time to restore
\`\`\`

\`at\` names the commit that was last *synced*. A later commit that changed nothing for the application makes no sync, and no record; where
the environment itself was in Git is said beside it. \`rebuild\` reads the declarations as they were at that commit, renders
them at the revisions of that time, and compares. Both are told by the log alone: they are the same after a restart, and after the store was lost. Applications that the target itself declares have no history: they go as declared now.

## Is it whole?

Each record holds the hash of the one before it, and its own. Every 1,000 records, an hour after the last one when something happens, and when
the operator stops, a checkpoint signs all before it, with an Ed25519 key that the first start makes: \`audit-key.pem\` in the
data directory, readable by its owner only. Its public half is \`audit/public-key.pem\`.

\`\`\`console
$ holdfast audit verify                                       # the data directory's, without asking the operator
$ holdfast audit verify export.jsonl --key auditors-copy.pem
\`\`\`

\`verify\` finds any record that was edited, deleted, doubled, put in or moved, and says where; exit code 1 then. What it can promise:

- Whoever can write the files, but has not the key, cannot change what a checkpoint stands for. What came after the last checkpoint they can write anew.
- Whoever has the private key can write everything anew. Keep a copy of the log where they cannot write.
- A log that is cut off, its last checkpoints too, is a shorter log that is whole. The operator's own log tells of every checkpoint
  (\`The audit log is signed\`, with \`record\` and \`hash\`); \`--expect NUMBER:HASH\` with one of them finds the cut.
- Keep a copy of the public key elsewhere and give it with \`--key\`: the one beside the log is as easy to replace as the log.

## How long it is kept

For ever, unless [the configuration](configuration.md) says otherwise:

\`\`\`yaml
audit: {retention: 400d}
\`\`\`

Then, once a day, whole files with nothing newer in them are removed: one that holds a single record that is to be kept stays. Each file begins with a checkpoint
that signs all before it, so that what is left verifies by itself, and each removal is a signed record (\`audit.retired\`, with the last number
and its hash). \`verify\` says \`Before …: removed by retention\`, and takes nothing else for that: a file that is missing without such a record is found. What ran where the
removed part ends is carried over, an \`audit.carried\` for each application: \`at\` and \`rebuild\` know it, however long ago it was delivered, and \`at\` says from
when on it can tell. Nothing is removed in the first hour after a start, when the clock may be wrong, nor from a log that is not signed.

## When something goes wrong

Killed while it writes, the operator leaves half a line. The next start leaves it there, goes on in a new file, and records it
(\`audit.recovered\`, with its length and hash): \`verify\` takes that for what it is. Anything else at the end of a file is no work of a crash; it is recorded as \`audit.damaged\`, and \`verify\` fails from then on.

When the disk takes no more, the operator goes on delivering, says so in its log every 5 s and in \`holdfast_audit_failing\`, and keeps up to
10,000 records in memory. When it can write again, they follow, after an \`audit.gap\` that says since when, and how many were lost.
What was in memory when the process was killed is lost; what a person asked for is on the disk (fsync) a few milliseconds later.

## Actions

| action | meaning |
| --- | --- |
${rows.join('\n')}
`;
}
