import { Button } from '@mantine/core';
import { IconCheck, IconDownload } from '@tabler/icons-react';
import { models as calls } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import type { Models } from '../../api/types.js';
import { profileChoices, titlesOf } from '../../ui/profiles.js';
import { bytesOf } from '../../ui/time.js';
import { sayFailed } from '../../ui/undo.js';
import classes from './models-screen.module.css';

/** Whether each profile can run, and the one click that makes it so. */
export function ProfileCards({ models }: { readonly models: Models }) {
  return (
    <ul className={classes.profiles} aria-label="Profiles">
      {profileChoices.map(({ name, label, good }) => {
        const profile = models.profiles.find((each) => each.name === name);
        return (
          <li key={name} className={classes.profile}>
            <h2>{label}</h2>
            <p className="dim">{good}</p>
            {profile !== undefined && <Readiness profile={profile} models={models} label={label} />}
          </li>
        );
      })}
    </ul>
  );
}

function Readiness({
  profile,
  models,
  label,
}: {
  readonly profile: Models['profiles'][number];
  readonly models: Models;
  readonly label: string;
}) {
  const refresh = useRefresh();
  const { missing, toPull } = profile;
  if (missing.length === 0) {
    return (
      <p className={classes.ready}>
        <IconCheck size={16} aria-hidden />
        <span>
          <strong>Ready.</strong> <span className="dim">{titlesOf(profile.models, models).join(', ')}</span>
        </span>
      </p>
    );
  }
  const wanted = models.models.filter((model) => toPull.includes(model.id));
  const fetchable = wanted.filter((model) => model.fetchable);
  const isUnderWay = wanted.some(({ pull }) => pull !== null && pull.kind !== 'failed');
  const bytes = fetchable.reduce((sum, model) => sum + (model.bytes ?? 0), 0);
  const install = (): void => {
    Promise.all(fetchable.map(({ id }) => calls.pull(id)))
      .catch((error: unknown) => {
        sayFailed('The models are not being installed', error);
      })
      .finally(() => {
        refresh(keys.models);
      });
  };
  return (
    <>
      <p className={classes.lacks}>
        Needs {titlesOf(toPull, models).join(', ')}
        {bytes > 0 && ` (${bytesOf(bytes)})`}
      </p>
      {fetchable.length < wanted.length && (
        <p className="dim">Not everything can be fetched: give the files in the list below.</p>
      )}
      {fetchable.length > 0 && (
        <Button
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={isUnderWay}
          aria-label={`Install what ${label} needs`}
          onClick={install}
        >
          Install
        </Button>
      )}
    </>
  );
}
