import { ActionIcon, Button, Switch } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { rules as calls } from '../../api/calls.js';
import { keys, useRefresh, useRules, useZones } from '../../api/queries.js';
import type { Camera, Rule } from '../../api/types.js';
import { OnlyAdmins, useMayChange } from '../../app/only-admins.js';
import { KindIcon } from '../../ui/kinds.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { offerUndo, sayFailed } from '../../ui/undo.js';
import { limitOf } from '../rules/rule-limit.js';
import { useTurnRule } from '../rules/use-turn-rule.js';
import { RuleDialog } from './rule-dialog.js';
import classes from './side-panel.module.css';

interface RuleListProps {
  readonly camera: Pick<Camera, 'id'>;
  /** The rule whose editor the address asks for, or `new`. */
  readonly asked?: string | undefined;
  /** An editor was closed. */
  readonly onClosed?: () => void;
}

/** The rules that watch a camera: its own and those of all cameras. */
export function RuleList({ camera, asked, onClosed }: RuleListProps) {
  const all = useRules();
  const zones = useZones(camera.id);
  const refresh = useRefresh();
  const [edited, setEdited] = useState<Rule | 'new' | null>(null);
  const rules = (all.data ?? []).filter((rule) => rule.cameraId === camera.id || rule.cameraId === null);
  const isReady = all.isSuccess && zones.isSuccess;
  const askedRule = asked === 'new' ? 'new' : (rules.find((rule) => rule.id === asked) ?? null);
  const refreshRules = (): void => {
    refresh(keys.rules);
  };
  const turn = useTurnRule();
  const mayChange = useMayChange();
  const remove = (rule: Rule): void => {
    calls
      .remove(rule.id)
      .then(() => {
        refreshRules();
        offerUndo(`Rule “${rule.name}” was removed.`, () => {
          calls
            .restore(rule.id)
            .then(refreshRules)
            .catch((error: unknown) => {
              sayFailed('The rule did not come back', error);
            });
        });
      })
      .catch((error: unknown) => {
        sayFailed('The rule was not removed', error);
      });
  };
  return (
    <section aria-label="Rules">
      <div className={classes.head}>
        <h2>Rules</h2>
        <OnlyAdmins>
          <Button
            size="compact-sm"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => {
              setEdited('new');
            }}
          >
            Add a rule
          </Button>
        </OnlyAdmins>
      </div>
      {all.isPending && <LoadingRows rows={2} heightPx={44} />}
      {all.isError && <Failed error={all.error} onRetry={() => void all.refetch()} />}
      {all.isSuccess && rules.length === 0 && (
        <p className={classes.hint}>
          A rule says what to raise an alert for: somebody in a zone, somebody who stays too long, or runs.
        </p>
      )}
      <ul className={classes.list}>
        {rules.map((rule) => (
          <li key={rule.id} className={classes.item}>
            <div>
              <div className={classes.title}>
                <KindIcon kind={rule.kind} /> {rule.name}
              </div>
              <div className={classes.sub}>
                {limitOf(rule)} · {zones.data?.find((zone) => zone.id === rule.zoneId)?.name ?? 'whole picture'}
                {rule.cameraId === null && ' · all cameras'}
              </div>
            </div>
            <Switch
              size="sm"
              aria-label={`Rule ${rule.name} is on`}
              checked={rule.enabled}
              disabled={!mayChange}
              onChange={(event) => {
                turn(rule, event.currentTarget.checked);
              }}
            />
            <OnlyAdmins>
              <ActionIcon
                variant="subtle"
                aria-label={`Change rule ${rule.name}`}
                onClick={() => {
                  setEdited(rule);
                }}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                aria-label={`Remove rule ${rule.name}`}
                onClick={() => {
                  remove(rule);
                }}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </OnlyAdmins>
          </li>
        ))}
      </ul>
      <RuleDialog
        cameraId={camera.id}
        edited={mayChange ? (edited ?? (isReady ? askedRule : null)) : null}
        zones={zones.data ?? []}
        onClose={() => {
          setEdited(null);
          onClosed?.();
        }}
      />
    </section>
  );
}
