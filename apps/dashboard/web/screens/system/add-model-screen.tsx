import { Button, FileButton, Progress, SegmentedControl, Switch, Textarea } from '@mantine/core';
import { IconArrowLeft, IconCheck, IconFile, IconPlus, IconTestPipe, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { modelDrafts as calls, models } from '../../api/calls.js';
import { keys, useModels, useRefresh } from '../../api/queries.js';
import { sendFile } from '../../api/send-file.js';
import type { ModelDraft, ModelTrial } from '../../api/types.js';
import { IconLink } from '../../ui/links.js';
import { Page } from '../../ui/page.js';
import { bytesOf } from '../../ui/time.js';
import { sayDone } from '../../ui/undo.js';
import { ModelForm } from './model-form.js';
import { objectOf, startDescription, type Description } from './own-model.js';
import classes from './add-model-screen.module.css';

/** Less is noise of the measurement. */
const LEAST_MEMORY_BYTES = 1e6;

/** Adds a model of somebody's own: the file, what it is, a trial, and only then the model. */
export function AddModelScreen() {
  const decoders = useQuery({ queryKey: ['decoders'], queryFn: models.decoders, staleTime: Infinity });
  const [draft, setDraft] = useState<ModelDraft | null>(null);
  const [form, setForm] = useState<Description>(startDescription);
  /** Null: the form is shown. */
  const [text, setText] = useState<string | null>(null);
  const [trial, setTrial] = useState<ModelTrial | null>(null);
  const description: Record<string, unknown> | null = text === null ? { ...form } : objectOf(text);
  return (
    <Page
      title="Add your own model"
      back={
        <IconLink to="/system/models" variant="subtle" size={36} aria-label="Back to all models">
          <IconArrowLeft size={18} />
        </IconLink>
      }
    >
      <ol className={classes.steps}>
        <li className={classes.step}>
          <h2>The file</h2>
          <FileStep
            draft={draft}
            onDraft={(received) => {
              setDraft(received);
              setTrial(null);
            }}
          />
        </li>
        <li className={classes.step}>
          <div className={classes.head}>
            <h2>What it is</h2>
            <SegmentedControl
              size="xs"
              aria-label="How to describe it"
              value={text === null ? 'form' : 'json'}
              data={[
                { value: 'form', label: 'Form' },
                { value: 'json', label: 'JSON' },
              ]}
              onChange={(value) => {
                setText(value === 'json' ? JSON.stringify(form, null, 2) : null);
                setTrial(null);
              }}
            />
          </div>
          {text === null ? (
            <ModelForm
              value={form}
              decoders={decoders.data ?? []}
              onChange={(changed) => {
                setForm(changed);
                setTrial(null);
              }}
            />
          ) : (
            <JsonStep
              text={text}
              onText={(changed) => {
                setText(changed);
                setTrial(null);
              }}
            />
          )}
        </li>
        <li className={classes.step}>
          <h2>The trial</h2>
          <TrialStep draft={draft} description={description} trial={trial} onTrial={setTrial} />
        </li>
      </ol>
    </Page>
  );
}

function FileStep({
  draft,
  onDraft,
}: {
  readonly draft: ModelDraft | null;
  readonly onDraft: (draft: ModelDraft) => void;
}) {
  const [sent, setSent] = useState<{ readonly name: string; readonly percent: number } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const send = (file: File | null): void => {
    if (file === null) return;
    setProblem(null);
    setSent({ name: file.name, percent: 0 });
    sendFile(calls.url(file.name), file, {
      progress: (sentBytes) => {
        setSent({ name: file.name, percent: (sentBytes / file.size) * 100 });
      },
      done: (body) => {
        setSent(null);
        onDraft(body as ModelDraft);
      },
      failed: (text) => {
        setSent(null);
        setProblem(text);
      },
    });
  };
  return (
    <>
      <div className={classes.file}>
        <FileButton accept=".onnx" inputProps={{ 'aria-label': 'ONNX file' }} onChange={send}>
          {(props) => (
            <Button
              {...props}
              variant={draft === null ? 'filled' : 'default'}
              loading={sent !== null}
              leftSection={<IconFile size={16} aria-hidden />}
            >
              {draft === null ? 'Choose an ONNX file' : 'Choose another'}
            </Button>
          )}
        </FileButton>
        {draft !== null && sent === null && (
          <p>
            <strong>{draft.name}</strong> <span className="dim num">{bytesOf(draft.bytes)}</span>
          </p>
        )}
      </div>
      {sent !== null && <Progress value={sent.percent} size="sm" aria-label={`Upload of ${sent.name}`} />}
      {problem !== null && (
        <p className={classes.bad} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function JsonStep({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  return (
    <>
      <Textarea
        label="Description"
        autosize
        minRows={12}
        maxRows={28}
        spellCheck={false}
        classNames={{ input: classes.json }}
        error={objectOf(text) === null ? 'This is not a JSON object.' : undefined}
        value={text}
        onChange={(event) => {
          onText(event.currentTarget.value);
        }}
      />
      <div className={classes.file}>
        <FileButton
          accept=".json,application/json"
          inputProps={{ 'aria-label': 'Description file' }}
          onChange={(file) => {
            if (file !== null) void file.text().then(onText);
          }}
        >
          {(props) => (
            <Button {...props} size="compact-sm" leftSection={<IconFile size={15} aria-hidden />}>
              From a file
            </Button>
          )}
        </FileButton>
      </div>
    </>
  );
}

interface TrialStepProps {
  readonly draft: ModelDraft | null;
  readonly description: Record<string, unknown> | null;
  /** Of the file and the description as they are now; null: not tried. */
  readonly trial: ModelTrial | null;
  readonly onTrial: (trial: ModelTrial) => void;
}

function TrialStep({ draft, description, trial, onTrial }: TrialStepProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [replaces, setReplaces] = useState(false);
  const known = useModels().data?.models.find((model) => model.own && model.id === description?.id);
  const refresh = useRefresh();
  const navigate = useNavigate();
  const work = (asked: Promise<unknown>): void => {
    setBusy(true);
    setProblem(null);
    asked
      .catch((error: unknown) => {
        setProblem(error instanceof Error ? error.message : 'It did not work.');
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const isReady = draft !== null && description !== null;
  return (
    <>
      <p className="dim">The model runs once over a drawn picture, in a process of its own. Nothing is added yet.</p>
      <TrialResult trial={trial} />
      {problem !== null && (
        <p className={classes.bad} role="alert">
          {problem}
        </p>
      )}
      {known !== undefined && (
        <Switch
          label={`Replace “${known.title}”`}
          description="There is a model of yours with this id."
          checked={replaces}
          onChange={(event) => {
            setReplaces(event.currentTarget.checked);
          }}
        />
      )}
      <div className={classes.actions}>
        <Button
          variant={trial?.ok === true ? 'default' : 'filled'}
          disabled={!isReady}
          loading={isBusy}
          leftSection={<IconTestPipe size={16} aria-hidden />}
          onClick={() => {
            if (isReady) work(calls.try(draft.id, description).then(onTrial));
          }}
        >
          Try it
        </Button>
        <Button
          variant={trial?.ok === true ? 'filled' : 'default'}
          disabled={!isReady || trial?.ok !== true || (known !== undefined && !replaces) || isBusy}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            if (!isReady) return;
            work(
              calls.add(draft.id, description, replaces).then(async (model) => {
                refresh(keys.models);
                sayDone(`${model.title} was added.`);
                await navigate({ to: '/system/models' });
              }),
            );
          }}
        >
          Add the model
        </Button>
      </div>
    </>
  );
}

function TrialResult({ trial }: { readonly trial: ModelTrial | null }) {
  if (trial === null) return null;
  if (trial.trial === null) {
    return (
      <div className={classes.bad} role="alert">
        <IconX size={18} aria-hidden />
        <p>{trial.problem}</p>
      </div>
    );
  }
  const { provider, widthPx, heightPx, inferenceMs, memoryBytes } = trial.trial;
  return (
    <div className={classes.good} role="status">
      <IconCheck size={18} aria-hidden />
      <dl>
        <div>
          <dt>Shapes</dt>
          <dd>
            as the decoder reads them, for a picture of {widthPx} × {heightPx} px
          </dd>
        </div>
        <div>
          <dt>Values</dt>
          <dd>all are finite numbers</dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd className="num">
            {inferenceMs.toFixed(inferenceMs < 10 ? 1 : 0)} ms a picture, one thread on {provider.toUpperCase()}
          </dd>
        </div>
        {memoryBytes >= LEAST_MEMORY_BYTES && (
          <div>
            <dt>Memory</dt>
            <dd className="num">about {bytesOf(memoryBytes)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
