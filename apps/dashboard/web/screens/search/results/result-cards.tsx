import { Button, Skeleton } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { ResultCard, type Result } from './result-card.js';
import classes from './result-cards.module.css';
import type { PeopleSearch } from '../search-filter.js';

/** Whether the small pictures move, and what turns that. */
export interface Motion {
  readonly isMoving: boolean;
  readonly onChange: (isMoving: boolean) => void;
}

/** The people who were found, under a line that says how many. */
export function Cards(props: {
  readonly title: string;
  readonly results: readonly Result[];
  readonly search: PeopleSearch;
  readonly motion: Motion;
}) {
  const { title, results, search, motion } = props;
  const { isMoving } = motion;
  if (results.length === 0) return null;
  return (
    <section className={classes.results} aria-label="People who were found">
      <header>
        <h2>
          <span role="status">{title}</span>
        </h2>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={isMoving ? <IconPlayerPause size={14} aria-hidden /> : <IconPlayerPlay size={14} aria-hidden />}
          onClick={() => {
            motion.onChange(!isMoving);
          }}
        >
          {isMoving ? 'Stand still' : 'Move'}
        </Button>
      </header>
      <ul className={classes.cards} aria-label="Results">
        {results.map((result) => (
          <ResultCard
            key={`${result.cameraId}/${result.epoch}/${result.trackNo}`}
            result={result}
            search={search}
            isMoving={isMoving}
          />
        ))}
      </ul>
    </section>
  );
}

/** Cards in the shape of what is being loaded. */
export function LoadingCards() {
  return (
    <div className={classes.cards} role="status" aria-label="Loading">
      {Array.from({ length: 12 }, (_, index) => (
        <Skeleton key={index} height={300} radius="md" />
      ))}
    </div>
  );
}
