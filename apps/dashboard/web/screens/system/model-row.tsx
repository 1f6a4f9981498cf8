import { ActionIcon, Button, Progress, Tooltip } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { models as calls } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import type { Model } from '../../api/types.js';
import { profileLabel } from '../../ui/profiles.js';
import { bytesOf } from '../../ui/time.js';
import { offerUndo, sayFailed } from '../../ui/undo.js';
import { GiveFile } from './give-file.js';
import { taskLabels } from './model-tasks.js';
import classes from './models-screen.module.css';

/** One model: what it is, what it asks of its user, whether it is there. */
export function ModelRow({ model }: { readonly model: Model }) {
  const { inputSize, bytes } = model;
  const facts = [
    taskLabels[model.task],
    inputSize === null ? 'any picture size' : `${inputSize.widthPx} × ${inputSize.heightPx} px`,
    bytes === null ? null : bytesOf(bytes),
  ];
  return (
    <li className={classes.row} data-testid={`model-${model.id}`} data-state={model.state}>
      <div className={classes.what}>
        <h3>
          {model.title} {model.own && <span className={classes.tag}>yours</span>}
          {model.profiles.map((profile) => (
            <span key={profile} className={classes.tag}>
              {profileLabel(profile)}
            </span>
          ))}
        </h3>
        <p className="dim">{facts.filter((fact) => fact !== null).join(' · ')}</p>
        <code>{model.id}</code>
      </div>
      <div className={classes.licence}>
        <strong>{model.licence}</strong>
        {model.obligations !== null && <p>{model.obligations}</p>}
        <p className="dim">{model.origin}</p>
      </div>
      <State model={model} />
      <Actions model={model} />
      {model.pull !== null && <Installing model={model} pull={model.pull} />}
    </li>
  );
}

function State({ model }: { readonly model: Model }) {
  const words = { installed: 'Installed', missing: 'Not installed', damaged: 'Damaged' } as const;
  return (
    <div className={classes.state} data-state={model.state}>
      {words[model.state]}
      {model.problem !== null && <p>{model.problem}</p>}
    </div>
  );
}

function Installing({ model, pull }: { readonly model: Model; readonly pull: NonNullable<Model['pull']> }) {
  switch (pull.kind) {
    case 'waiting':
      return <p className={classes.pull}>Waits for its turn</p>;
    case 'failed':
      return (
        <p className={classes.pull} data-tone="critical" role="alert">
          {pull.problem}
        </p>
      );
    case 'running': {
      const { line, bytes, total } = pull;
      const percent = bytes === null || total === null ? null : (bytes / total) * 100;
      return (
        <div className={classes.pull} role="status">
          <Progress
            value={percent ?? 100}
            animated={percent === null}
            size="sm"
            aria-label={`Installation of ${model.title}`}
          />
          <p className="num">
            {line ?? 'Starting'}
            {bytes !== null && ` · ${bytesOf(bytes)}${total === null ? '' : ` of ${bytesOf(total)}`}`}
          </p>
        </div>
      );
    }
  }
}

function Actions({ model }: { readonly model: Model }) {
  const refresh = useRefresh();
  const attempt = (work: Promise<unknown>, failed: string, done?: () => void): void => {
    work
      .then(done)
      .catch((error: unknown) => {
        sayFailed(failed, error);
      })
      .finally(() => {
        refresh(keys.models);
      });
  };
  const isFileNeeded = !model.fetchable || model.pull?.kind === 'failed';
  const isUnderWay = model.pull !== null && model.pull.kind !== 'failed';
  if (isUnderWay) {
    return (
      <div className={classes.actions}>
        <Button
          size="compact-sm"
          aria-label={`Stop installing ${model.title}`}
          onClick={() => {
            attempt(calls.cancelPull(model.id), 'The installation goes on');
          }}
        >
          Stop
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.actions}>
      {model.state !== 'installed' && model.file !== null && isFileNeeded && (
        <GiveFile model={model} file={model.file} />
      )}
      {model.state !== 'installed' && model.fetchable && (
        <Button
          size="compact-sm"
          leftSection={<IconDownload size={15} aria-hidden />}
          aria-label={`Install ${model.title}`}
          onClick={() => {
            attempt(calls.pull(model.id), 'The model is not being installed');
          }}
        >
          {model.state === 'damaged' ? 'Install again' : 'Install'}
        </Button>
      )}
      {model.removable && (model.own || model.state !== 'missing') && (
        <Tooltip label="Remove">
          <ActionIcon
            variant="subtle"
            aria-label={`Remove ${model.title}`}
            onClick={() => {
              attempt(calls.remove(model.id), 'The model was not removed', () => {
                offerUndo(`“${model.title}” was removed.`, () => {
                  attempt(calls.restore(model.id), 'The model did not come back');
                });
              });
            }}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
