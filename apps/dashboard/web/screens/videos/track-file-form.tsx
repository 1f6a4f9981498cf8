import { Button, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useState, type SyntheticEvent } from 'react';
import { fpsOf, momentOf, type TrackFileFacts } from './track-files.js';
import classes from './track-file-form.module.css';

/** Asks what a file of tracks does not say: how fast its frames follow each other, and when they were. */
export function TrackFileForm({
  name,
  onDone,
}: {
  readonly name: string;
  readonly onDone: (facts: TrackFileFacts) => void;
}) {
  const [fps, setFps] = useLocalStorage({ key: 'posewatch-import-fps', defaultValue: '' });
  const [start, setStart] = useState('');
  const [isAsked, setAsked] = useState(false);
  const rate = fpsOf(fps);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (rate !== null) onDone({ fps: rate, startedAtMs: momentOf(start) });
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label={`Import of ${name}`} noValidate>
      <TextInput
        label="Frames a second"
        inputMode="decimal"
        value={fps}
        error={isAsked && rate === null ? 'A number from 0.01 to 1000' : undefined}
        onChange={(event) => {
          setFps(event.currentTarget.value);
        }}
      />
      <TextInput
        label="Starts at"
        type="datetime-local"
        step={1}
        value={start}
        onChange={(event) => {
          setStart(event.currentTarget.value);
        }}
      />
      <Button type="submit" variant="filled">
        Import
      </Button>
      <p>A file of tracks does not say how fast its frames follow each other. Without a start it is now.</p>
    </form>
  );
}
