import type { ListRow, May } from '../api/types.ts';

/** What one can do with an application. */
export type ActionName =
  | 'sync'
  | 'cancel'
  | 'rollback'
  | 'suspend'
  | 'resume'
  | 'remove'
  | 'refresh'
  | 'heal'
  | 'accept'
  | 'propose';

/** Whether there is such a thing; a row of the list says all of it. */
type Facts = Pick<ListRow, 'may'> & {
  [Name in 'operation' | 'suspended' | 'pinned' | 'quarantined' | 'last' | 'undeclared']?: unknown;
};

interface Rule {
  /** What the policy has to allow; undefined: seeing it is enough. */
  right?: keyof May;
  /** The name of the right, in the words of the policy. */
  word?: string;
  /** Why its present state stands against it. */
  unless?: (facts: Facts) => string | undefined;
}

function noLongerDeclared({ undeclared }: Facts): string | undefined {
  return undeclared ? 'Git no longer declares it' : undefined;
}

/** The operator decides, by src/api/rights.ts and by how things are then; this is to say so before somebody presses. */
const rules = {
  sync: { right: 'sync', word: 'sync', unless: noLongerDeclared },
  cancel: { right: 'sync', word: 'sync', unless: ({ operation }) => (operation ? undefined : 'No sync is running') },
  rollback: {
    right: 'rollback',
    word: 'rollback',
    unless: facts => noLongerDeclared(facts) ?? (facts.last ? undefined : 'There was no sync yet'),
  },
  suspend: {
    right: 'suspend',
    word: 'override',
    unless: facts => noLongerDeclared(facts) ?? (facts.suspended ? 'It is suspended already' : undefined),
  },
  resume: {
    right: 'suspend',
    word: 'override',
    unless: ({ suspended, pinned, quarantined }) =>
      suspended || pinned || quarantined ? undefined : 'Automation is not stopped',
  },
  remove: { right: 'delete', word: 'delete' },
  heal: { right: 'sync', word: 'sync', unless: ({ operation }) => (operation ? 'A sync is running' : undefined) },
  accept: { right: 'sync', word: 'sync' },
  propose: { right: 'propose', word: 'propose' },
  refresh: {},
} as const satisfies Record<ActionName, Rule>;

/** Why the action is not possible now for whoever looks; undefined when it is. */
export function disabledReason(action: ActionName, facts: Facts): string | undefined {
  const { right, word, unless }: Rule = rules[action];
  if (right !== undefined && !facts.may[right]) return `Your role does not include ${word}`;
  return unless?.(facts);
}
