import { Button, Modal, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { ruleDescriptions, ruleKinds } from '#behavior/rule.js';
import { rules } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import type { Rule, RuleKind, Zone } from '../../api/types.js';
import classes from './camera-dialog.module.css';

interface RuleDialogProps {
  /** Null for a rule of all cameras. */
  readonly cameraId: string | null;
  readonly edited: Rule | 'new' | null;
  readonly zones: readonly Zone[];
  readonly onClose: () => void;
}

/** Makes or changes a rule; the fields are those that its kind describes. */
export function RuleDialog({ cameraId, edited, zones, onClose }: RuleDialogProps) {
  return (
    <Modal
      opened={edited !== null}
      onClose={onClose}
      title={edited === 'new' ? 'Add a rule' : 'Change the rule'}
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {edited !== null && (
        <RuleForm cameraId={cameraId} rule={edited === 'new' ? null : edited} zones={zones} onDone={onClose} />
      )}
    </Modal>
  );
}

function RuleForm(props: {
  readonly cameraId: string | null;
  readonly rule: Rule | null;
  readonly zones: readonly Zone[];
  readonly onDone: () => void;
}) {
  const { rule, zones } = props;
  const start = startOf(rule, zones);
  const [kind, setKind] = useState<RuleKind>(start.kind);
  const [name, setName] = useState(start.name);
  const [zoneId, setZoneId] = useState(start.zoneId);
  const [params, setParams] = useState(start.params);
  const [isForAll, setForAll] = useState(start.isForAll);
  const [problem, setProblem] = useState<string | null>(null);
  const refresh = useRefresh();
  const description = ruleDescriptions[kind];
  const lacksZone = description.needsZone && zoneId === null;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const cameraId = isForAll && zoneId === null ? null : props.cameraId;
    const shared = { cameraId, name: name.trim() === '' ? description.label : name.trim(), zoneId, params };
    const saved = rule === null ? rules.add({ ...shared, kind }) : rules.change(rule.id, shared);
    saved
      .then(() => {
        refresh(keys.rules);
        props.onDone();
      })
      .catch((error: unknown) => {
        setProblem(error instanceof Error ? error.message : 'The rule was not saved.');
      });
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Select
        label="Raise an alert for"
        description={description.text}
        data={ruleKinds.map((value) => ({ value, label: ruleDescriptions[value].label }))}
        value={kind}
        allowDeselect={false}
        disabled={rule !== null}
        onChange={(value) => {
          setKind(ruleKinds.find((each) => each === value) ?? 'intrusion');
          setParams({});
        }}
      />
      <Select
        label="Where"
        data={[
          ...(description.needsZone ? [] : [{ value: '', label: 'The whole picture' }]),
          ...zones.map((zone) => ({ value: zone.id, label: zone.name })),
        ]}
        value={zoneId ?? (description.needsZone ? null : '')}
        allowDeselect={false}
        placeholder="Choose a zone"
        error={lacksZone && zones.length === 0 ? 'Draw a zone on the picture first.' : undefined}
        onChange={(value) => {
          setZoneId(value === '' ? null : value);
        }}
      />
      {zoneId === null && !description.needsZone && props.cameraId !== null && (
        <Switch
          label="Every camera and video"
          description="Also those that are added or uploaded later."
          checked={isForAll}
          onChange={(event) => {
            setForAll(event.currentTarget.checked);
          }}
        />
      )}
      <Parameters kind={kind} params={params} onChange={setParams} />
      <TextInput
        label="Name"
        placeholder={description.label}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      {problem !== null && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="subtle" onClick={props.onDone}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" disabled={lacksZone}>
          Save the rule
        </Button>
      </div>
    </form>
  );
}

type Params = Readonly<Record<string, number>>;

function Parameters(props: {
  readonly kind: RuleKind;
  readonly params: Params;
  readonly onChange: (params: Params) => void;
}) {
  return ruleDescriptions[props.kind].parameters.map((parameter) => (
    <NumberInput
      key={`${props.kind}-${parameter.name}`}
      label={parameter.label}
      description={parameter.text}
      suffix={` ${parameter.unit}`}
      min={parameter.min}
      max={parameter.max}
      value={props.params[parameter.name] ?? parameter.default}
      onChange={(value) => {
        if (typeof value === 'number') props.onChange({ ...props.params, [parameter.name]: value });
      }}
    />
  ));
}

/** What the form shows first: the rule, or an intrusion into the first zone. */
function startOf(rule: Rule | null, zones: readonly Zone[]) {
  if (rule === null) {
    const params: Params = {};
    return { kind: 'intrusion' as RuleKind, name: '', zoneId: zones.at(0)?.id ?? null, params, isForAll: false };
  }
  const params: Params = rule.params;
  return { kind: rule.kind, name: rule.name, zoneId: rule.zoneId, params, isForAll: rule.cameraId === null };
}
