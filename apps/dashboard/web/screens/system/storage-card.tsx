import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { system } from '../../api/calls.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { bytesOf } from '../../ui/time.js';
import classes from './storage-card.module.css';

const names = {
  recordings: 'Recordings',
  uploads: 'Uploads',
  snapshots: 'Alert pictures',
  models: 'Models',
  database: 'Tracks and settings',
} as const;

/** What takes room, against its limit; the rest of the disk bounds what has none. */
export function StorageCard() {
  const used = useQuery({ queryKey: ['storage'], queryFn: system.storage, refetchInterval: 30_000 });
  if (used.isPending) return <LoadingRows rows={1} heightPx={120} />;
  if (used.isError) return <Failed error={used.error} onRetry={() => void used.refetch()} />;
  const { parts, disk } = used.data;
  return (
    <section className={classes.card} aria-label="Storage">
      <h2>
        Storage <span className="dim num">{bytesOf(disk.freeBytes)} free</span>
      </h2>
      <ul className={classes.parts}>
        {parts.map(({ name, bytes, limitBytes }) => {
          const limit = limitBytes ?? bytes + disk.freeBytes;
          return (
            <li key={name}>
              <p>
                {names[name]}
                <span className="num">
                  <strong>{bytesOf(bytes)}</strong>
                  {limitBytes !== null && ` of ${bytesOf(limitBytes)}`}
                </span>
              </p>
              <Progress
                value={limit === 0 ? 0 : (bytes / limit) * 100}
                size="sm"
                aria-label={`${names[name]}, share of ${limitBytes === null ? 'what is free' : 'its limit'}`}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
