import { IconArrowRight } from '@tabler/icons-react';
import type { InsightPlaces } from '../../api/types.js';
import classes from './insights-screen.module.css';

type Side = InsightPlaces['flows'][number]['from'];

/** Seen on the picture: `inside` is a door, or from behind something. */
const sides: Readonly<Record<Side, string>> = {
  left: 'Left edge',
  right: 'Right edge',
  bottom: 'Lower edge',
  top: 'Upper edge',
  inside: 'In the picture',
};

const SHOWN = 8;

/** From where to where people went, the most used ways first. */
export function FlowList({ places }: { readonly places: InsightPlaces }) {
  const { flows, people, isComplete } = places;
  const most = flows.at(0)?.people ?? 1;
  return (
    <div className={classes.flows}>
      <h3>From where to where</h3>
      {flows.length === 0 && <p className="dim">Nobody came and went in this time.</p>}
      <ol>
        {flows.slice(0, SHOWN).map(({ from, to, people: count }) => (
          <li key={`${from} ${to}`}>
            <span className={classes.way}>
              {sides[from]} <IconArrowRight size={14} aria-hidden />
              <span className="visually-hidden">to</span> {sides[to]}
            </span>
            <span className="num">{count.toLocaleString()}</span>
            <i style={{ width: `${(count / most) * 100}%` }} />
          </li>
        ))}
      </ol>
      {people > 0 && (
        <p className="dim">
          {isComplete ? '' : 'The newest '}
          {people.toLocaleString()} people who were seen for at least a second. “In the picture” is where somebody
          appears or is lost within it: a door, or behind something.
        </p>
      )}
    </div>
  );
}
