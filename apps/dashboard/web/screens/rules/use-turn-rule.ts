import { useQueryClient } from '@tanstack/react-query';
import { rules as calls } from '../../api/calls.js';
import { keys } from '../../api/queries.js';
import type { Rule } from '../../api/types.js';
import { sayFailed } from '../../ui/undo.js';

/** Turns a rule on or off: shown at once, and taken back where the server refuses. */
export function useTurnRule(): (rule: Rule, enabled: boolean) => void {
  const queries = useQueryClient();
  return (rule, enabled) => {
    // A list that is on its way would bring the old state back for a moment.
    void queries.cancelQueries({ queryKey: keys.rules });
    queries.setQueryData<readonly Rule[]>(keys.rules, (list) =>
      list?.map((each) => (each.id === rule.id ? { ...each, enabled } : each)),
    );
    calls
      .change(rule.id, { enabled })
      .catch((error: unknown) => {
        sayFailed('The rule was not changed', error);
      })
      .finally(() => void queries.invalidateQueries({ queryKey: keys.rules }));
  };
}
