import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './states.module.css';

/** What an empty place says: what would be here, and what to do about it. */
export function Empty(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className={classes.state}>
      <div className={classes.icon}>{props.icon}</div>
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.children !== undefined && <div className={classes.actions}>{props.children}</div>}
    </div>
  );
}

/** Says what failed and offers to try again. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <div className={classes.state} role="alert">
      <div className={classes.icon} data-tone="critical">
        <IconAlertTriangle size={24} />
      </div>
      <h2>This could not be loaded</h2>
      <p>{error instanceof Error ? error.message : 'Something unexpected happened.'}</p>
      <div className={classes.actions}>
        <Button leftSection={<IconRefresh size={16} />} onClick={onRetry}>
          Try again
        </Button>
      </div>
    </div>
  );
}

/** Rows in the shape of what is being loaded. */
export function LoadingRows({ rows, heightPx }: { readonly rows: number; readonly heightPx: number }) {
  return (
    <div className={classes.rows} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={heightPx} radius="md" />
      ))}
    </div>
  );
}
