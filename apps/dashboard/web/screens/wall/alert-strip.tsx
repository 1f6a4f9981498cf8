import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import { events } from '../../api/calls.js';
import { KindIcon, kindLabel } from '../../ui/kinds.js';
import { Moment } from '../../ui/moment.js';
import { Snapshot } from '../../ui/snapshot.js';
import classes from './alert-strip.module.css';

const SHOWN = 12;

/** The last alerts, newest first. Nothing is shown before there was one. */
export function AlertStrip() {
  const newest = useQuery({ queryKey: ['events', 'newest', 'strip'], queryFn: () => events.page({ limit: SHOWN }) });
  if (newest.data === undefined || newest.data.events.length === 0) return null;
  return (
    <section className={classes.strip} aria-label="Last alerts">
      <ul className={classes.list}>
        {newest.data.events.map((event) => (
          <li key={event.id}>
            <Link
              to="/alerts"
              search={{ event: event.id }}
              className={classes.alert}
              data-open={event.acknowledgedAt === null || undefined}
            >
              <span className={classes.picture}>
                <Snapshot event={event} alt="" />
              </span>
              <span className={classes.words}>
                <strong>
                  <KindIcon kind={event.kind} size={14} /> {kindLabel(event.kind)}
                </strong>
                <span>{event.cameraName}</span>
                <span className="dim">
                  <Moment ms={event.startMs} style="ago" />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <Link to="/alerts" className={classes.all}>
        All alerts <IconChevronRight size={16} aria-hidden />
      </Link>
    </section>
  );
}
