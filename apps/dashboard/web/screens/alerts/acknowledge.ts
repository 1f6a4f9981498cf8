import { useQueryClient } from '@tanstack/react-query';
import { events as calls } from '../../api/calls.js';
import type { Event } from '../../api/types.js';
import { kindLabel } from '../../ui/kinds.js';
import { offerUndo, sayFailed } from '../../ui/undo.js';

/** Acknowledging an alert, and taking that back. */
export function useAcknowledge(): {
  readonly acknowledge: (event: Event) => void;
  readonly reopen: (event: Event) => void;
} {
  const queries = useQueryClient();
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: ['events'] });
  };
  const reopen = (event: Event): void => {
    calls
      .unacknowledge(event.id)
      .then(refresh)
      .catch((error: unknown) => {
        sayFailed('The alert was not opened again', error);
      });
  };
  const acknowledge = (event: Event): void => {
    calls
      .acknowledge(event.id)
      .then(() => {
        refresh();
        offerUndo(`${kindLabel(event.kind)} at ${event.cameraName} is done.`, () => {
          reopen(event);
        });
      })
      .catch((error: unknown) => {
        sayFailed('The alert is still open', error);
      });
  };
  return { acknowledge, reopen };
}
