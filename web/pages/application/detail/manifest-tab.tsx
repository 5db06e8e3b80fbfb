import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { stringify } from 'yaml';
import { resourceQuery } from '../../../api/resource.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Copy } from '../../../ui/copy.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';

const missing = {
  declared: 'Git does not declare it: something else has made it.',
  live: 'It is not there.',
} as const;

/** The whole document, as Git declares it or as it is. Loaded when it is asked for: it brings a YAML writer. */
export function ManifestTab({ name, resource, side }: { name: string; resource: string; side: 'declared' | 'live' }) {
  const { data, error, refetch } = useQuery(resourceQuery(name, resource));
  const text = data?.[side];
  const yaml = useMemo(() => (text === undefined ? undefined : asYaml(text)), [text]);
  if (data === undefined) {
    if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} />;
    return <Skeleton className="h-64 w-full" />;
  }
  if (yaml === undefined) return <p className="py-4 text-dim">{missing[side]}</p>;
  return (
    <div className="relative">
      <div className="absolute top-0 right-0">
        <Copy text={yaml} what="the document" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0} className="mono max-h-[70vh] overflow-auto">
        {yaml}
      </pre>
    </div>
  );
}

/** Canonical JSON is for comparing; people read YAML. What is no JSON is shown as it is. */
function asYaml(text: string): string {
  try {
    return stringify(JSON.parse(text), { lineWidth: 0 });
  } catch {
    return text;
  }
}
