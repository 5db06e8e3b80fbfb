import { useMemo, useState } from 'react';
import type { TreeNode } from '../../../api/types.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Select } from '../../../ui/select.tsx';
import { TextInput } from '../../../ui/text-input.tsx';
import { useSettled } from '../../../ui/use-settled.ts';
import { LogLines } from './log-lines.tsx';
import { useLogs } from './use-logs.ts';

const runs = { now: 'This run', previous: 'The run before' } as const;

/** What it prints, as it prints it. */
export function LogsTab({ name, node }: { name: string; node: TreeNode }) {
  const { key, containers = [] } = node;
  const [container, setContainer] = useState(containers[0]);
  const [run, setRun] = useState<keyof typeof runs>('now');
  const [text, setText] = useState('');
  const search = useSettled(text.trim(), 300);
  const asked = useMemo(
    () => ({ name, resource: key, container, previous: run === 'previous', search }),
    [name, key, container, run, search],
  );
  const { lines, isOver, error } = useLogs(asked);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <TextInput
          type="search"
          aria-label="Only lines with this text"
          placeholder="Only lines with this text"
          className="min-w-40 flex-1"
          value={text}
          onChange={event => setText(event.target.value)}
        />
        {container !== undefined && containers.length > 1 && (
          <Select
            label="Container"
            value={container}
            options={Object.fromEntries(containers.map(one => [one, one]))}
            onChange={setContainer}
          />
        )}
        <Select label="Which run" value={run} options={runs} onChange={setRun} />
      </div>
      {error !== undefined && <ProblemView error={error} />}
      <LogLines lines={lines} isOver={isOver} />
    </div>
  );
}
