import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCameras, useSystem } from '../../api/queries.js';
import { useObservable } from '../../updates/observable.js';
import { useUpdates, useWatched } from '../../updates/updates.js';
import { totalsOf } from './totals.js';
import classes from './health-strip.module.css';

/** The pulse of the whole: what comes in, what is analysed, what was not and why, what waits, and what computes. */
export function HealthStrip() {
  const updates = useUpdates();
  const polled = useSystem();
  const live = useObservable(updates.system);
  const health = useObservable(updates.health);
  const activity = useObservable(updates.activity);
  const cameras = useCameras();
  useWatched(cameras.data?.map((camera) => camera.id) ?? []);
  const totals = totalsOf({
    cameras: cameras.data ?? [],
    health,
    activity,
    services: live?.services ?? polled.data?.services ?? [],
    queues: live?.queues ?? polled.data?.queues ?? [],
  });
  const reasons = Object.entries(totals.dropped).filter(([, count]) => count > 0);
  return (
    <dl className={classes.strip} aria-label="Health" data-testid="health-strip">
      <Figure
        label="Frames in"
        value={`${totals.fpsIn.toFixed(0)}/s`}
        text="Pictures that all cameras send, each second."
      />
      <Figure
        label="Analysed"
        value={`${totals.analysedPerSec.toFixed(0)}/s`}
        text="Pictures in which people were looked for, each second."
      />
      <Figure
        label="Still"
        value={totals.still.toLocaleString()}
        text="Pictures on which nothing had moved: not looked at again, their people kept."
      />
      <Figure
        label="Dropped"
        value={totals.droppedTotal.toLocaleString()}
        tone={totals.droppedTotal > 0 ? 'noted' : 'calm'}
        text={
          reasons.length === 0
            ? 'No picture was left out since the cameras connected.'
            : reasons.map(([reason, count]) => `${reason}: ${count.toLocaleString()}`).join(', ')
        }
        detail={reasons.map(([reason, count]) => `${count.toLocaleString()} ${reason}`).join(', ')}
      />
      <Figure
        label="Queue"
        value={totals.queued.toLocaleString()}
        text="Pictures that wait for analysis or tracking."
      />
      <Figure label="Runs on" value={totals.provider ?? '–'} text="What computes the poses." />
      {totals.modelProblems.length > 0 && (
        <Figure
          label="Models"
          value={totals.modelProblems.length === 1 ? '1 problem' : `${totals.modelProblems.length} problems`}
          tone="noted"
          text={totals.modelProblems.join(' ')}
        />
      )}
    </dl>
  );
}

function Figure(props: {
  readonly label: string;
  readonly value: string;
  readonly text: string;
  readonly detail?: ReactNode;
  readonly tone?: 'calm' | 'noted';
}) {
  return (
    <Tooltip label={props.text} multiline maw={320} position="bottom">
      <div className={classes.figure}>
        <dt>{props.label}</dt>
        <dd className="num">
          {props.value}
          {props.detail !== undefined && props.detail !== '' && <small>{props.detail}</small>}
        </dd>
      </div>
    </Tooltip>
  );
}
