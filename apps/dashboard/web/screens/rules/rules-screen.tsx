import { ActionIcon, Button, Menu, Switch } from '@mantine/core';
import { IconPencil, IconPlus, IconShieldExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { systemClock } from '#base/clock.js';
import { insights } from '../../api/calls.js';
import { inWallOrder, useCameras, useRules, useSources } from '../../api/queries.js';
import type { Rule, RuleOutcome } from '../../api/types.js';
import { OnlyAdmins, useMayChange } from '../../app/only-admins.js';
import { KindIcon, kindLabel } from '../../ui/kinds.js';
import { ButtonLink, IconLink } from '../../ui/links.js';
import { Moment } from '../../ui/moment.js';
import { Page } from '../../ui/page.js';
import { Empty, Failed, LoadingRows } from '../../ui/states.js';
import { spanOf } from '../../ui/time.js';
import { RuleDialog } from '../camera/rule-dialog.js';
import { limitOf } from './rule-limit.js';
import { useTurnRule } from './use-turn-rule.js';
import classes from './rules-screen.module.css';

const DAYS = 7;
const REFRESH_MS = 30_000;

/** Every rule of every camera: whether it is on, when it last fired, and what became of that. */
export function RulesScreen() {
  const rules = useRules();
  const mayChange = useMayChange();
  // Asked again with every alert: see `UpdatesProvider`.
  const outcomes = useQuery({
    queryKey: ['events', 'newest', 'outcomes'],
    queryFn: () => {
      const toMs = systemClock.nowMs();
      return insights.rules({ fromMs: toMs - DAYS * 86_400_000, toMs });
    },
    refetchInterval: REFRESH_MS,
  });
  const on = rules.data?.filter((rule) => rule.enabled).length ?? 0;
  const total = rules.data?.length ?? 0;
  return (
    <Page
      title="Rules"
      detail={total === 0 ? undefined : `${on} of ${total} on`}
      actions={total === 0 || !mayChange ? undefined : <AddRule />}
    >
      {rules.isPending && <LoadingRows rows={5} heightPx={56} />}
      {rules.isError && <Failed error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.isSuccess && total === 0 && <NoRules />}
      {outcomes.isError && <Failed error={outcomes.error} onRetry={() => void outcomes.refetch()} />}
      {total > 0 && <RuleTable rules={rules.data ?? []} outcomes={outcomes.data ?? []} />}
    </Page>
  );
}

function NoRules() {
  return (
    <Empty
      icon={<IconShieldExclamation size={24} aria-hidden />}
      title="No rules yet"
      text="A rule raises an alert: when somebody enters a zone, stays too long or runs. All rules are listed here, with what became of their alerts."
    >
      <OnlyAdmins>
        <AddRule />
      </OnlyAdmins>
    </Empty>
  );
}

/** A rule is made beside a camera's picture: its zones are drawn there. */
function AddRule() {
  const list = useCameras();
  const navigate = useNavigate();
  const cameras = inWallOrder(list.data ?? []);
  if (list.isSuccess && cameras.length === 0) {
    return (
      <ButtonLink to="/" variant="filled" leftSection={<IconPlus size={16} aria-hidden />}>
        Add a camera first
      </ButtonLink>
    );
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="filled" leftSection={<IconPlus size={16} aria-hidden />}>
          Add a rule
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.cameras}>
        <Menu.Label>For which camera?</Menu.Label>
        {cameras.map(({ id, name }) => (
          <Menu.Item
            key={id}
            onClick={() => void navigate({ to: '/cameras/$id', params: { id }, search: { rule: 'new' } })}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function RuleTable(props: { readonly rules: readonly Rule[]; readonly outcomes: readonly RuleOutcome[] }) {
  const [edited, setEdited] = useState<Rule | null>(null);
  const outcomes = new Map(props.outcomes.map((outcome) => [outcome.ruleId, outcome]));
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Watches</th>
            <th scope="col">Last alert</th>
            <th scope="col" className={classes.number}>
              Alerts in {DAYS} days
            </th>
            <th scope="col">On</th>
            <th scope="col">
              <span className="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rules.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              outcome={outcomes.get(rule.id) ?? null}
              onEdit={() => {
                setEdited(rule);
              }}
            />
          ))}
        </tbody>
      </table>
      <RuleDialog
        cameraId={null}
        edited={edited}
        zones={[]}
        onClose={() => {
          setEdited(null);
        }}
      />
    </>
  );
}

function RuleRow(props: {
  readonly rule: Rule;
  readonly outcome: RuleOutcome | null;
  /** For a rule of all cameras, which no camera's page could show. */
  readonly onEdit: () => void;
}) {
  const { rule, outcome } = props;
  const source = useSources().find(({ id }) => id === rule.cameraId);
  const turn = useTurnRule();
  const mayChange = useMayChange();
  const edit = `Change rule ${rule.name}`;
  return (
    <tr data-off={!rule.enabled || undefined} data-testid={`rule-${rule.id}`}>
      <td>
        <strong className={classes.name}>
          <KindIcon kind={rule.kind} /> {rule.name}
        </strong>
        <span className={classes.sub}>
          {kindLabel(rule.kind)}, {limitOf(rule)}
        </span>
      </td>
      <td data-label="Watches">
        {rule.cameraId === null ? (
          'Every camera and video'
        ) : source?.kind === 'live' ? (
          <Link to="/cameras/$id" params={{ id: source.id }}>
            {source.name}
          </Link>
        ) : (
          (source?.name ?? '–')
        )}
      </td>
      <td data-label="Last alert">
        <LastAlert outcome={outcome} />
      </td>
      <td className={classes.number} data-label={`Alerts in ${DAYS} days`}>
        {outcome === null ? '–' : outcome.alerts.toLocaleString()}
        {outcome !== null && outcome.open > 0 && <span className={classes.sub}>{outcome.open} open</span>}
      </td>
      <td>
        <Switch
          size="sm"
          aria-label={`Rule ${rule.name} is on`}
          checked={rule.enabled}
          disabled={!mayChange}
          onChange={(event) => {
            turn(rule, event.currentTarget.checked);
          }}
        />
      </td>
      <td>
        <OnlyAdmins>
          {source?.kind === 'live' ? (
            <IconLink
              to="/cameras/$id"
              params={{ id: source.id }}
              search={{ rule: rule.id }}
              variant="subtle"
              aria-label={edit}
            >
              <IconPencil size={16} />
            </IconLink>
          ) : (
            <ActionIcon variant="subtle" aria-label={edit} onClick={props.onEdit} disabled={rule.cameraId !== null}>
              <IconPencil size={16} />
            </ActionIcon>
          )}
        </OnlyAdmins>
      </td>
    </tr>
  );
}

/** When it last fired, where, and whether somebody took note. */
function LastAlert({ outcome }: { readonly outcome: RuleOutcome | null }) {
  if (outcome === null) return '–';
  const { last } = outcome;
  if (last === null) return <span className="dim">Never fired</span>;
  const state = last.endMs === null ? 'goes on' : `lasted ${spanOf(last.endMs - last.startMs)}`;
  return (
    <>
      <Link to="/alerts" search={{ event: last.id, show: 'all' }} title={last.why}>
        <Moment ms={last.startMs} style="ago" />
      </Link>
      <span className={classes.sub} data-open={!last.isAcknowledged || undefined}>
        {last.isAcknowledged ? 'Done' : 'Open'}, {state}, {last.cameraName}
      </span>
    </>
  );
}
