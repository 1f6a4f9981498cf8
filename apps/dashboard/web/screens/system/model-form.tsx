import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Decoder } from '../../api/types.js';
import { fitted, idFrom, tripleOf, type Description } from './own-model.js';
import { taskLabels } from './model-tasks.js';
import classes from './add-model-screen.module.css';

interface FormProps {
  readonly value: Description;
  readonly onChange: (value: Description) => void;
}

/** What a model is and how it is run, field by field. */
export function ModelForm({ value, onChange, decoders }: FormProps & { readonly decoders: readonly Decoder[] }) {
  const able = decoders.filter((each) => each.tasks.includes(value.task));
  const decoder = able.find((each) => each.name === value.decoder);
  const skeletons = decoder?.skeletons ?? [];
  return (
    <div className={classes.fields}>
      <TextInput
        label="Title"
        placeholder="My pose model"
        value={value.title}
        onChange={(event) => {
          const title = event.currentTarget.value;
          const follows = value.id === '' || value.id === idFrom(value.title);
          onChange({ ...value, title, ...(follows ? { id: idFrom(title) } : {}) });
        }}
      />
      <TextInput
        label="Id"
        placeholder="a–z, 0–9 and -"
        value={value.id}
        onChange={(event) => {
          onChange({ ...value, id: event.currentTarget.value });
        }}
      />
      <TextInput
        label="Licence"
        placeholder="Apache-2.0"
        value={value.licence}
        onChange={(event) => {
          onChange({ ...value, licence: event.currentTarget.value });
        }}
      />
      <TextInput
        label="What it asks of its users"
        placeholder="Nothing beyond naming the licence"
        value={value.obligations ?? ''}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange({ ...value, obligations: text === '' ? null : text });
        }}
      />
      <Choice
        label="What it does"
        options={keysOf(taskLabels)}
        labels={taskLabels}
        value={value.task}
        onChange={(task) => {
          onChange(fitted({ ...value, task }, decoders));
        }}
      />
      <Choice
        label="How its output is read"
        options={able.map((each) => each.name)}
        value={value.decoder}
        onChange={(chosen) => {
          onChange(fitted({ ...value, decoder: chosen }, decoders));
        }}
      />
      {value.skeleton !== null && skeletons.length > 1 && (
        <Choice
          label="Its joints"
          options={skeletons}
          value={value.skeleton}
          onChange={(skeleton) => {
            onChange({ ...value, skeleton });
          }}
        />
      )}
      <Picture value={value} onChange={onChange} />
      <fieldset className={classes.group}>
        <legend>Outputs</legend>
        {(decoder?.outputs ?? []).map(({ role, types, shape, optional }) => (
          <TextInput
            key={role}
            label={role}
            description={`${types.join(' or ')} ${shape}${optional ? ', may be missing' : ''}`}
            placeholder={role}
            value={value.outputs[role] ?? ''}
            onChange={(event) => {
              const named = { ...value.outputs, [role]: event.currentTarget.value };
              const outputs = Object.fromEntries(Object.entries(named).filter(([, name]) => name !== ''));
              onChange({ ...value, outputs });
            }}
          />
        ))}
      </fieldset>
    </div>
  );
}

function Picture({ value, onChange }: FormProps) {
  const { input } = value;
  const change = (what: Partial<Description['input']>): void => {
    onChange({ ...value, input: { ...input, ...what } });
  };
  return (
    <fieldset className={classes.group}>
      <legend>Input</legend>
      <TextInput
        label="Name in the graph"
        value={input.name}
        onChange={(event) => {
          change({ name: event.currentTarget.value });
        }}
      />
      <Choice
        label="Type"
        options={['float32', 'uint8']}
        value={input.type}
        onChange={(type) => {
          change({ type });
        }}
      />
      <Choice
        label="Layout"
        options={['NCHW', 'NHWC']}
        value={input.layout}
        onChange={(layout) => {
          change({ layout });
        }}
      />
      <Choice
        label="Colour"
        options={['RGB', 'BGR']}
        value={input.colour}
        onChange={(colour) => {
          change({ colour });
        }}
      />
      <Choice
        label="Size"
        options={['fixed', 'any']}
        labels={{ fixed: 'One size', any: 'Any multiple of a step' }}
        value={input.size.kind}
        onChange={(kind) => {
          change({ size: kind === 'any' ? { kind, stridePx: 32 } : { kind, widthPx: 192, heightPx: 256 } });
        }}
      />
      <Size
        size={input.size}
        onChange={(size) => {
          change({ size });
        }}
      />
      <Triple
        label="Mean"
        value={input.mean}
        onChange={(mean) => {
          change({ mean });
        }}
      />
      <Triple
        label="Standard deviation"
        value={input.std}
        onChange={(std) => {
          change({ std });
        }}
      />
      <Whole
        label="Value beside the picture"
        value={input.pad}
        min={0}
        max={255}
        onChange={(pad) => {
          change({ pad });
        }}
      />
      <Switch
        label="One picture at a time"
        description="The first dimension of the graph is 1."
        checked={input.batch === 'one'}
        onChange={(event) => {
          change({ batch: event.currentTarget.checked ? 'one' : 'any' });
        }}
      />
    </fieldset>
  );
}

type SizeValue = Description['input']['size'];

function Size({ size, onChange }: { readonly size: SizeValue; readonly onChange: (size: SizeValue) => void }) {
  if (size.kind === 'any') {
    return (
      <Whole
        label="Step"
        suffix=" px"
        value={size.stridePx}
        min={1}
        max={512}
        onChange={(stridePx) => {
          onChange({ ...size, stridePx });
        }}
      />
    );
  }
  return (
    <div className={classes.pair}>
      <Whole
        label="Width"
        suffix=" px"
        value={size.widthPx}
        min={1}
        max={4096}
        onChange={(widthPx) => {
          onChange({ ...size, widthPx });
        }}
      />
      <Whole
        label="Height"
        suffix=" px"
        value={size.heightPx}
        min={1}
        max={4096}
        onChange={(heightPx) => {
          onChange({ ...size, heightPx });
        }}
      />
    </div>
  );
}

function Whole(props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly suffix?: string;
  readonly onChange: (value: number) => void;
}) {
  const { onChange, suffix = '', ...rest } = props;
  return (
    <NumberInput
      {...rest}
      suffix={suffix}
      onChange={(value) => {
        if (typeof value === 'number') onChange(value);
      }}
    />
  );
}

function Triple(props: {
  readonly label: string;
  readonly value: Description['input']['mean'];
  readonly onChange: (value: Description['input']['mean']) => void;
}) {
  const [text, setText] = useState(props.value.join(', '));
  return (
    <TextInput
      label={props.label}
      error={tripleOf(text) === null ? 'three numbers, one for each channel' : undefined}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const triple = tripleOf(event.currentTarget.value);
        if (triple !== null) props.onChange(triple);
      }}
    />
  );
}

/** One of a few names. */
function Choice<T extends string>(props: {
  readonly label: string;
  readonly options: readonly T[];
  readonly labels?: Readonly<Record<T, string>>;
  readonly value: T;
  readonly onChange: (value: T) => void;
}) {
  return (
    <Select
      label={props.label}
      data={props.options.map((value) => ({ value, label: props.labels?.[value] ?? value }))}
      value={props.value}
      allowDeselect={false}
      onChange={(chosen) => {
        const option = props.options.find((each) => each === chosen);
        if (option !== undefined) props.onChange(option);
      }}
    />
  );
}

function keysOf<T extends string>(labels: Readonly<Record<T, string>>): readonly T[] {
  return Object.keys(labels) as T[];
}
