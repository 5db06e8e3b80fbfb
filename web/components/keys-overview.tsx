import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { useCommandGroups } from './commands.ts';

/** All keys that do something here. */
export function KeysOverview({ onClose }: { onClose: () => void }) {
  const seen = new Set<string>();
  const groups = useCommandGroups().map(({ title, commands }) => ({
    title,
    // Of two with one key the first has it.
    commands: commands.filter(({ keys }) => keys !== undefined && !seen.has(keys) && seen.add(keys)),
  }));
  return (
    <Dialog isOpen onClose={onClose} title="Keys">
      <div className="grid gap-x-10 gap-y-4 sm:grid-cols-2">
        {groups
          .filter(({ commands }) => commands.length > 0)
          .map(({ title, commands }) => (
            <section key={title}>
              <h2 className="pb-1 text-dim">{title}</h2>
              <dl>
                {commands.map(({ id, label, keys = '' }) => (
                  <div key={id} className="flex justify-between gap-4 border-b border-line py-1">
                    <dt>{label}</dt>
                    <dd className="flex gap-2">
                      {keys.split(' ').map(key => (
                        <Kbd key={key} keys={key} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
    </Dialog>
  );
}
