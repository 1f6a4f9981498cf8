import type { ReactNode } from 'react';
import classes from './page.module.css';

/** The frame of a screen: a title, what belongs beside it, and the content. */
export function Page(props: {
  readonly title: string;
  readonly detail?: ReactNode;
  /** The way back to the list that this is one of. */
  readonly back?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {props.back}
          <h1>{props.title}</h1>
          {props.detail !== undefined && <div className={classes.detail}>{props.detail}</div>}
        </div>
        {props.actions !== undefined && <div className={classes.actions}>{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}
