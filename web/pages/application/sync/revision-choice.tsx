import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { revisionsQuery } from '../../../api/plan.ts';
import type { PlanAsked } from '../../../api/types.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { shortRevision } from '../../../model/shorten.ts';
import { Button } from '../../../ui/button.tsx';
import { Mono } from '../../../ui/mono.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { TextInput } from '../../../ui/text-input.tsx';

interface RevisionChoiceProps {
  name: string;
  asked: PlanAsked;
  onChange: (asked: PlanAsked) => void;
}

const mostNames = 12;

/** What is declared, or a branch, tag or commit instead. The plan says what that means for what comes later. */
export function RevisionChoice({ name, asked, onChange }: RevisionChoiceProps) {
  const [isOpen, setOpen] = useState(false);
  const { revision, ...others } = asked;
  const choose = (next: string) => {
    if (next !== '') onChange({ ...others, revision: next });
    setOpen(false);
  };
  return (
    <section aria-label="Revision" className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {revision === undefined ? (
          <span>To what Git declares</span>
        ) : (
          <span className="min-w-0">
            To <Mono text={revision} short={shortRevision(revision)} />, instead of what Git declares
          </span>
        )}
        {revision !== undefined && (
          <Button kind="plain" onClick={() => onChange(others)}>
            To what Git declares
          </Button>
        )}
        <Button kind="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Another revision…
        </Button>
      </p>
      {isOpen && <Suggestions name={name} onChoose={choose} />}
    </section>
  );
}

function Suggestions({ name, onChoose }: { name: string; onChoose: (revision: string) => void }) {
  const { data, error, refetch } = useQuery(revisionsQuery(name));
  const [text, setText] = useState('');
  const q = text.trim().toLowerCase();
  const fits = (...words: string[]) => words.some(word => word.toLowerCase().includes(q));
  const names = [...(data?.branches ?? []), ...(data?.tags ?? [])].filter(one => fits(one));
  const commits = (data?.commits ?? []).filter(({ id, subject, author }) => fits(id, subject, author));
  return (
    <div className="flex flex-col gap-2 rounded-md border border-line p-2">
      <form
        className="flex gap-2"
        onSubmit={event => {
          event.preventDefault();
          onChoose(text.trim());
        }}
      >
        <TextInput
          autoFocus
          aria-label="Branch, tag or commit"
          placeholder="Branch, tag or commit"
          className="min-w-0 flex-1"
          maxLength={256}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <Button type="submit" disabledReason={q === '' ? 'Say which one' : undefined}>
          Show its plan
        </Button>
      </form>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="h-20 w-full" />}
      {names.length > 0 && (
        <ul aria-label="Branches and tags" className="flex flex-wrap gap-1.5">
          {names.slice(0, mostNames).map(one => (
            <li key={one} className="min-w-0">
              <Button onClick={() => onChoose(one)}>
                <Mono text={one} />
              </Button>
            </li>
          ))}
          {names.length > mostNames && (
            <li className="self-center text-small text-dim">{names.length - mostNames} more: type a part of it</li>
          )}
        </ul>
      )}
      {commits.length > 0 && (
        <ul aria-label="Commits that changed it" className="max-h-56 overflow-y-auto">
          {commits.map(({ id, subject, author, at }) => (
            <li key={id}>
              <button
                type="button"
                className="flex w-full items-baseline gap-2 rounded-sm px-1.5 py-1 text-left hover:bg-raised pointer-coarse:min-h-10"
                onClick={() => onChoose(id)}
              >
                <span className="mono">{shortRevision(id)}</span>
                <span className="min-w-0 flex-1 truncate" title={subject}>
                  {subject}
                </span>
                <span className="shrink-0 text-small text-dim">
                  {author}, <RelativeTime at={at} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {data?.reason !== undefined && <p className="text-small text-dim">Branches and tags: {data.reason}</p>}
    </div>
  );
}
