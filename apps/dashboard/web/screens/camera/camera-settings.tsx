import { Button, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { cameras } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import type { Camera, CameraChange } from '../../api/types.js';
import { offerUndo, sayDone, sayFailed } from '../../ui/undo.js';
import { AnalysisFields, analysisFields, type Analysis } from './analysis-fields.js';
import { rateChoices } from './camera-dialog.js';
import classes from './side-panel.module.css';

/** Name, address, analysis and privacy of a camera; pausing and removing it. */
export function CameraSettings({ camera }: { readonly camera: Camera }) {
  const [name, setName] = useState(camera.name);
  const [url, setUrl] = useState(camera.url);
  const [fps, setFps] = useState(String(camera.fps));
  const [analysis, setAnalysis] = useState<Analysis>(camera);
  const [isPoseOnly, setPoseOnly] = useState(camera.privacy === 'pose-only');
  const refresh = useRefresh();
  const change = (what: CameraChange, done: string): void => {
    cameras
      .change(camera.id, what)
      .then(() => {
        refresh(keys.cameras);
        sayDone(done);
      })
      .catch((error: unknown) => {
        sayFailed('The camera was not changed', error);
      });
  };
  const remove = useRemove(camera);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const privacy: Camera['privacy'] = isPoseOnly ? 'pose-only' : 'full';
    const { profile, modelId, wide, motionGate } = analysis;
    const address = url === camera.url ? {} : { url };
    const what = { name, fps: Number(fps), privacy, profile, modelId, wide, motionGate, ...address };
    change(what, 'The settings were saved.');
  };
  const isChanged =
    name !== camera.name ||
    url !== camera.url ||
    fps !== String(camera.fps) ||
    analysisFields.some((field) => analysis[field] !== camera[field]) ||
    isPoseOnly !== (camera.privacy === 'pose-only');
  const choices = rateChoices.some((choice) => choice.value === fps)
    ? rateChoices
    : [{ value: fps, label: `${fps} pictures a second` }, ...rateChoices];
  return (
    <section aria-label="Settings">
      <div className={classes.head}>
        <h2>Settings</h2>
      </div>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <TextInput
          label="Address"
          description={camera.hasCredentials ? 'A user name and password are stored for it.' : undefined}
          required
          withAsterisk={false}
          spellCheck={false}
          autoComplete="off"
          value={url}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
          }}
        />
        <Select
          label="Look for people in"
          data={choices}
          value={fps}
          allowDeselect={false}
          onChange={(value) => {
            setFps(value ?? fps);
          }}
        />
        <AnalysisFields analysis={analysis} onChange={setAnalysis} />
        <Switch
          label="Skeletons only"
          description="No picture is stored or sent."
          checked={isPoseOnly}
          onChange={(event) => {
            setPoseOnly(event.currentTarget.checked);
          }}
        />
        <div className={classes.row}>
          <Button type="submit" variant={isChanged ? 'filled' : 'default'} disabled={!isChanged}>
            Save the settings
          </Button>
        </div>
      </form>
      <div className={classes.danger}>
        <Button
          onClick={() => {
            change({ enabled: !camera.enabled }, camera.enabled ? 'The camera is paused.' : 'The camera runs again.');
          }}
        >
          {camera.enabled ? 'Pause the camera' : 'Start the camera'}
        </Button>
        <Button variant="subtle" color="danger" onClick={remove}>
          Remove
        </Button>
      </div>
    </section>
  );
}

/** Removes the camera and goes to the wall, where it can be brought back. */
function useRemove(camera: Camera): () => void {
  const queries = useQueryClient();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const restore = (): void => {
    cameras
      .restore(camera.id)
      .then(() => {
        refresh(keys.cameras);
      })
      .catch((error: unknown) => {
        sayFailed('The camera did not come back', error);
      });
  };
  return () => {
    cameras
      .remove(camera.id)
      .then(async () => {
        await navigate({ to: '/' });
        queries.setQueryData<readonly Camera[]>(keys.cameras, (list) => list?.filter((each) => each.id !== camera.id));
        refresh(keys.cameras);
        offerUndo(`Camera “${camera.name}” was removed.`, restore);
      })
      .catch((error: unknown) => {
        sayFailed('The camera was not removed', error);
      });
  };
}
