import { useQuery } from '@tanstack/react-query';
import { systemClock } from '#base/clock.js';
import { cameras } from '../../api/calls.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { healthBins, type HealthBin, type HealthSummary } from './health-bins.js';
import classes from './health-history.module.css';

const REFRESH_MS = 60_000;
const BINS = 96;
const HEIGHT = 36;

/** How a camera did over the last hours: pictures analysed, left out, and when it was away. */
export function HealthHistory({ cameraId }: { readonly cameraId: string }) {
  const minutes = useQuery({
    queryKey: ['cameras', cameraId, 'minutes'],
    queryFn: () => cameras.minutes(cameraId),
    refetchInterval: REFRESH_MS,
  });
  return (
    <section aria-label="Health">
      <h2 className={classes.title}>Last {minutes.data?.hours ?? 24} hours</h2>
      {minutes.isPending && <LoadingRows rows={1} heightPx={HEIGHT} />}
      {minutes.isError && <Failed error={minutes.error} onRetry={() => void minutes.refetch()} />}
      {minutes.isSuccess && (
        <Spark {...healthBins(minutes.data, systemClock.nowMs(), BINS)} hours={minutes.data.hours} />
      )}
    </section>
  );
}

function Spark(props: {
  readonly bins: readonly HealthBin[];
  readonly summary: HealthSummary;
  readonly hours: number;
}) {
  const { bins, summary, hours } = props;
  if (summary.liveShare === null) {
    return <p className={classes.words}>Figures are collected from now on, a point a minute.</p>;
  }
  const live = `${Math.floor(summary.liveShare * 1000) / 10}% live`;
  const rate = `up to ${summary.mostPerSec.toFixed(1)}/s analysed`;
  const dropped = summary.dropped === 0 ? 'nothing dropped' : `${summary.dropped.toLocaleString()} dropped`;
  const words = [live, rate, dropped].join(', ');
  const top = Math.max(1, summary.mostPerSec);
  const mostDropped = Math.max(1, ...bins.map((bin) => bin.dropped));
  return (
    <figure className={classes.spark}>
      <svg
        viewBox={`0 0 ${bins.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`The last ${hours} hours: ${words}.`}
      >
        {bins.map((bin, x) => {
          const height = ((bin.perSec ?? 0) / top) * (HEIGHT - 8);
          const drops = bin.dropped === 0 ? 0 : Math.max(2, (bin.dropped / mostDropped) * 10);
          return (
            <g key={x}>
              <rect className={classes.rate} x={x} y={HEIGHT - 6 - height} width={0.9} height={height} />
              <rect className={classes.drops} x={x} y={HEIGHT - 6 - drops} width={0.9} height={drops} />
              <rect className={classes.state} data-state={bin.state} x={x} y={HEIGHT - 4} width={1} height={4} />
            </g>
          );
        })}
      </svg>
      <div className={classes.ends} aria-hidden>
        <span>{hours} h ago</span>
        <span>now</span>
      </div>
      <figcaption className={classes.words}>{words}</figcaption>
    </figure>
  );
}
