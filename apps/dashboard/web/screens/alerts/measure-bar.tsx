import type { Event } from '../../api/types.js';
import classes from './measure-bar.module.css';

/** The measured value against the limit it went over, on one scale. */
export function MeasureBar({ measure }: { readonly measure: Event['measure'] }) {
  const { value, limit, unit } = measure;
  const name = wordsOf(measure.name);
  const end = Math.max(value, limit) * 1.15 || 1;
  const percent = (amount: number): string => `${Math.min(100, (amount / end) * 100)}%`;
  return (
    <figure
      className={classes.measure}
      aria-label={`${name}: ${format(value)} ${unit}, the limit is ${format(limit)} ${unit}`}
    >
      <figcaption>
        <span>{name}</span>
        <strong className="num">
          {format(value)} {unit}
        </strong>
      </figcaption>
      <div className={classes.track}>
        <i style={{ width: percent(Math.min(value, limit)) }} />
        <b style={{ left: percent(limit), width: percent(Math.max(0, value - limit)) }} />
        <u style={{ left: percent(limit) }} />
      </div>
      <div className={classes.limit}>
        <span className="num" style={{ left: percent(limit) }}>
          limit {format(limit)} {unit}
        </span>
      </div>
    </figure>
  );
}

/** `Time in zone` of `timeInZone`. */
function wordsOf(name: string): string {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function format(value: number): string {
  return value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 });
}
