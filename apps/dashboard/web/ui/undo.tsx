import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import classes from './undo.module.css';

const OPEN_MS = 8_000;
const closeButtonProps = { 'aria-label': 'Dismiss' };

/** Says what was done and offers to take it back for a few seconds. */
export function offerUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    autoClose: OPEN_MS,
    withCloseButton: true,
    closeButtonProps,
    message: (
      <div className={classes.row}>
        <span>{message}</span>
        <Button
          size="compact-sm"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </div>
    ),
  });
}

/** Says that something failed. */
export function sayFailed(what: string, error: unknown): void {
  notifications.show({
    autoClose: OPEN_MS,
    closeButtonProps,
    title: what,
    message: error instanceof Error ? error.message : 'Something unexpected happened.',
    className: classes.failed,
  });
}

/** Says in a few words that something was done. */
export function sayDone(message: string): void {
  notifications.show({ autoClose: 4_000, closeButtonProps, message });
}
