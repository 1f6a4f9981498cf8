import { Button, Modal, Select, Switch, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { cameras } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import type { CameraTestAnswer } from '../../api/types.js';
import classes from './camera-dialog.module.css';

export const rateChoices = [
  { value: '2', label: '2 pictures a second' },
  { value: '5', label: '5 pictures a second' },
  { value: '10', label: '10 pictures a second' },
  { value: '15', label: '15 pictures a second' },
  { value: '0', label: 'Every picture' },
];

/** Adds a camera by its address, which can be tried first. */
export function CameraDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Add a camera"
      size="md"
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <CameraForm onDone={onClose} />
    </Modal>
  );
}

function CameraForm({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [fps, setFps] = useState('10');
  const [isPoseOnly, setPoseOnly] = useState(false);
  const [test, setTest] = useState<'running' | CameraTestAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const refresh = useRefresh();
  const navigate = useNavigate();
  const fail = (error: unknown): void => {
    // The server names the field as it calls it.
    setProblem(error instanceof Error ? error.message.replace(/^url:/, 'Address:') : 'The camera was not added.');
    setSaving(false);
    setTest(null);
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setSaving(true);
    setProblem(null);
    cameras
      .add({ name, url, fps: Number(fps), privacy: isPoseOnly ? 'pose-only' : 'full' })
      .then((camera) => {
        refresh(keys.cameras);
        onDone();
        return navigate({ to: '/cameras/$id', params: { id: camera.id } });
      })
      .catch(fail);
  };
  const tryOut = (): void => {
    setTest('running');
    setProblem(null);
    cameras.test(url).then(setTest).catch(fail);
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="Name"
        placeholder="Entrance"
        required
        withAsterisk={false}
        data-autofocus
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <TextInput
        label="Address"
        description="As the camera's manual gives it. A user name and password in it are stored encrypted and never shown again."
        placeholder="rtsp://user:password@192.168.1.20:554/stream1"
        required
        withAsterisk={false}
        spellCheck={false}
        autoComplete="off"
        value={url}
        onChange={(event) => {
          setUrl(event.currentTarget.value);
          setTest(null);
        }}
      />
      <div className={classes.test}>
        <Button onClick={tryOut} loading={test === 'running'} disabled={url.trim() === ''}>
          Test the address
        </Button>
        <TestResult test={test} />
      </div>
      <Select
        label="Look for people in"
        data={rateChoices}
        value={fps}
        allowDeselect={false}
        onChange={(value) => {
          setFps(value ?? '10');
        }}
      />
      <Switch
        label="Skeletons only"
        description="No picture is ever stored or sent to a browser; only the movement of people is."
        checked={isPoseOnly}
        onChange={(event) => {
          setPoseOnly(event.currentTarget.checked);
        }}
      />
      {problem !== null && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" loading={isSaving}>
          Add the camera
        </Button>
      </div>
    </form>
  );
}

function TestResult({ test }: { readonly test: 'running' | CameraTestAnswer | null }) {
  if (test === null || test === 'running') return null;
  if (!test.ok) {
    return (
      <p className={classes.bad} role="alert">
        <IconX size={16} aria-hidden /> {test.problem ?? 'It does not answer.'}
      </p>
    );
  }
  const rate = test.fps === null ? '' : `, ${Math.round(test.fps)} pictures a second`;
  return (
    <p className={classes.good} role="status">
      <IconCheck size={16} aria-hidden /> It answers: {test.widthPx} × {test.heightPx}, {test.codec}
      {rate}
    </p>
  );
}
