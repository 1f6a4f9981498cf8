import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { systemClock } from '#base/clock.js';
import { insights } from '../../api/calls.js';
import { useRules } from '../../api/queries.js';
import { KindIcon } from '../../ui/kinds.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { spanOf } from '../../ui/time.js';
import { insightSpanOf, type InsightRange } from './insight-ranges.js';
import classes from './insights-screen.module.css';

const REFRESH_MS = 60_000;

/** What each rule led to in the time shown: how many alerts, how long they lasted, and how long until somebody took note. */
export function OutcomeTable({ range }: { readonly range: InsightRange }) {
  const rules = useRules();
  const outcomes = useQuery({
    queryKey: ['insights', 'rules', range.value],
    queryFn: () => insights.rules(insightSpanOf(range, systemClock.nowMs())),
    refetchInterval: REFRESH_MS,
  });
  if (rules.data?.length === 0) return null;
  const rows = (outcomes.data ?? []).flatMap((outcome) => {
    const rule = rules.data?.find(({ id }) => id === outcome.ruleId);
    return rule === undefined ? [] : [{ rule, outcome }];
  });
  const longest = (sec: number | null): string => (sec === null ? '–' : spanOf(sec * 1000));
  return (
    <section className={classes.card} aria-label="What rules led to">
      <header className={classes.head}>
        <h2>What rules led to</h2>
        <Link to="/rules">All rules</Link>
      </header>
      {(rules.isPending || outcomes.isPending) && <LoadingRows rows={2} heightPx={36} />}
      {outcomes.isError && <Failed error={outcomes.error} onRetry={() => void outcomes.refetch()} />}
      {rows.length > 0 && (
        <div className={classes.scroll} tabIndex={0} role="group" aria-label="Outcomes, scrolls sideways">
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Alerts</th>
                <th scope="col">Still open</th>
                <th scope="col">Lasted on average</th>
                <th scope="col">Noted after</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ rule, outcome }) => (
                <tr key={rule.id}>
                  <td>
                    <span className={classes.rule}>
                      <KindIcon kind={rule.kind} /> {rule.name}
                      {!rule.enabled && <span className="dim">off</span>}
                    </span>
                  </td>
                  <td>{outcome.alerts.toLocaleString()}</td>
                  <td>{outcome.open.toLocaleString()}</td>
                  <td>{longest(outcome.meanSec)}</td>
                  <td>{longest(outcome.meanNotedSec)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
