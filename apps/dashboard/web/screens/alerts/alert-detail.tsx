import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCheck, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Event } from '../../api/types.js';
import { KindIcon, kindLabel } from '../../ui/kinds.js';
import { Moment } from '../../ui/moment.js';
import { Snapshot } from '../../ui/snapshot.js';
import { spanOf } from '../../ui/time.js';
import { TrackChip } from '../../ui/track-chip.js';
import { useAcknowledge } from './acknowledge.js';
import { MeasureBar } from './measure-bar.js';
import classes from './alert-detail.module.css';
import { ButtonLink } from '../../ui/links.js';

/** One alert: what was seen, why it counts, when, where, and the way to the moment itself. */
export function AlertDetail({ event }: { readonly event: Event }) {
  const { acknowledge, reopen } = useAcknowledge();
  const isOpen = event.acknowledgedAt === null;
  return (
    <article className={classes.detail} aria-label={`${kindLabel(event.kind)} at ${event.cameraName}`}>
      <header className={classes.header}>
        <h2>
          <KindIcon kind={event.kind} size={22} /> {kindLabel(event.kind)}
        </h2>
        <div className={classes.actions}>
          <ButtonLink
            to="/tracks/$cameraId/$epoch/$trackNo"
            params={{ cameraId: event.cameraId, epoch: String(event.epoch), trackNo: String(event.trackNo) }}
            search={{ at: event.startPtsUs }}
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
          >
            Play this moment
          </ButtonLink>
          {isOpen ? (
            <Button
              variant="filled"
              leftSection={<IconCheck size={16} aria-hidden />}
              onClick={() => {
                acknowledge(event);
              }}
            >
              Done
            </Button>
          ) : (
            <Button
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              onClick={() => {
                reopen(event);
              }}
            >
              Open again
            </Button>
          )}
        </div>
      </header>
      <div className={classes.picture}>
        <Snapshot event={event} alt={`The picture when the alert started: ${event.why}`} />
      </div>
      <section className={classes.why} aria-label="Why">
        <p>{event.why}</p>
        <MeasureBar measure={event.measure} />
      </section>
      <dl className={classes.facts}>
        <Fact label="Who">
          <TrackChip trackNo={event.trackNo} />
        </Fact>
        <Fact label="Where">
          {event.cameraKind === 'live' ? (
            <Link to="/cameras/$id" params={{ id: event.cameraId }}>
              {event.cameraName}
            </Link>
          ) : (
            <Link to="/videos/$id" params={{ id: event.cameraId }}>
              {event.cameraName}
            </Link>
          )}
          {event.zoneName !== null && ` · ${event.zoneName}`}
        </Fact>
        <Fact label="When">
          <Moment ms={event.startMs} />
          {event.endMs === null ? ', still going on' : `, for ${spanOf(event.endMs - event.startMs)}`}
        </Fact>
        <Fact label="Rule">{event.ruleName}</Fact>
        {event.acknowledgedAt !== null && (
          <Fact label="Done">
            <Moment ms={Date.parse(event.acknowledgedAt)} />
            {event.acknowledgedBy !== null && ` by ${event.acknowledgedBy}`}
          </Fact>
        )}
      </dl>
    </article>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
