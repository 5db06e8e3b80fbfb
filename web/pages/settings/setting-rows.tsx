import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../../api/surroundings.ts';
import type { Settings } from '../../api/types.ts';
import { type SettingsSearch, saying } from '../../model/settings-search.ts';
import { Loaded } from './loaded.tsx';

const origins = { flag: 'Flag', file: 'File', git: 'Git', default: 'Default' } as const;

/** What is in effect, and where it is written. */
export function SettingRows({ q }: SettingsSearch) {
  const query = useQuery(settingsQuery);
  return (
    <Loaded query={query}>
      {({ settings }) => (
        <ul aria-label="Settings" className="rounded-lg border border-line bg-panel">
          {saying(q, settings).map(setting => (
            <Row key={setting.name} setting={setting} />
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function Row({ setting: { name, value, about, from, place } }: { setting: Settings['settings'][number] }) {
  const line = place?.line === undefined ? '' : `:${place.line}`;
  const where = place === undefined ? origins[from] : `${place.path}${line}`;
  return (
    <li
      data-row={name}
      tabIndex={-1}
      className="focus-visible:bg-accent-soft has-[:focus-visible]:bg-accent-soft grid grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)] gap-x-4 border-b border-line px-3 py-2 last:border-b-0 max-md:grid-cols-1"
    >
      <div>
        <span className="mono font-medium break-all">{name}</span>
        <p className="text-small text-dim">{withCode(about)}</p>
      </div>
      <code className="mono min-w-0 break-words whitespace-pre-wrap">
        {typeof value === 'string' ? value : JSON.stringify(value)}
      </code>
      <div className="text-dim">
        {place?.url === undefined ? (
          <span className={place === undefined ? '' : 'mono break-all'}>{where}</span>
        ) : (
          <a href={place.url} rel="noreferrer" className="mono break-all text-accent underline">
            {where}
          </a>
        )}
        {place !== undefined && <span className="text-small"> {origins[from]}</span>}
      </div>
    </li>
  );
}

/** What stands between backticks is code. */
function withCode(text: string) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their places
      <span key={index} className="mono">
        {part}
      </span>
    ),
  );
}
