import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconPolygon, IconTrash } from '@tabler/icons-react';
import { zones as calls } from '../../api/calls.js';
import { keys, useRefresh, useZones } from '../../api/queries.js';
import type { Camera, Zone } from '../../api/types.js';
import { OnlyAdmins } from '../../app/only-admins.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { offerUndo, sayDone, sayFailed } from '../../ui/undo.js';
import { DraftForm } from './draft-form.js';
import type { ZoneDraft } from './zone-editor.js';
import classes from './side-panel.module.css';

interface ZoneListProps {
  readonly camera: Camera;
  readonly draft: ZoneDraft | null;
  readonly onDraft: (draft: ZoneDraft | null) => void;
}

/** The zones of a camera: draw, change, remove. */
export function ZoneList({ camera, draft, onDraft }: ZoneListProps) {
  const zones = useZones(camera.id);
  const refresh = useRefresh();
  const refreshZones = (): void => {
    refresh(keys.zones(camera.id), keys.rules);
  };
  const save = (zone: ZoneDraft): void => {
    const shape = { name: zone.name.trim(), polygon: zone.polygon.map(([x, y]): [number, number] => [x, y]) };
    const saved = zone.id === null ? calls.add(camera.id, shape) : calls.change(zone.id, shape);
    saved
      .then(() => {
        onDraft(null);
        refreshZones();
        sayDone(`Zone “${shape.name}” was saved.`);
      })
      .catch((error: unknown) => {
        sayFailed('The zone was not saved', error);
      });
  };
  const remove = (zone: Zone): void => {
    calls
      .remove(zone.id)
      .then(() => {
        refreshZones();
        offerUndo(`Zone “${zone.name}” was removed.`, () => {
          calls
            .restore(zone.id)
            .then(refreshZones)
            .catch((error: unknown) => {
              sayFailed('The zone did not come back', error);
            });
        });
      })
      .catch((error: unknown) => {
        sayFailed('The zone was not removed', error);
      });
  };
  return (
    <section aria-label="Zones">
      <div className={classes.head}>
        <h2>Zones</h2>
        <OnlyAdmins>
          <Button
            size="compact-sm"
            leftSection={<IconPolygon size={15} aria-hidden />}
            disabled={draft !== null}
            onClick={() => {
              onDraft({ id: null, name: '', polygon: [] });
            }}
          >
            Draw a zone
          </Button>
        </OnlyAdmins>
      </div>
      {zones.isPending && <LoadingRows rows={2} heightPx={36} />}
      {zones.isError && <Failed error={zones.error} onRetry={() => void zones.refetch()} />}
      {zones.data?.length === 0 && draft === null && (
        <p className={classes.hint}>
          A zone is a part of the picture that rules can watch, such as a door or a counter.
        </p>
      )}
      <ul className={classes.list}>
        {(zones.data ?? []).map((zone) => (
          <li key={zone.id} className={classes.item}>
            <span>{zone.name}</span>
            <OnlyAdmins>
              <ActionIcon
                variant="subtle"
                aria-label={`Change zone ${zone.name}`}
                onClick={() => {
                  onDraft({ id: zone.id, name: zone.name, polygon: zone.polygon.map(([x, y]) => [x, y] as const) });
                }}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                aria-label={`Remove zone ${zone.name}`}
                onClick={() => {
                  remove(zone);
                }}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </OnlyAdmins>
          </li>
        ))}
      </ul>
      {draft !== null && (
        <DraftForm
          draft={draft}
          onChange={onDraft}
          onSave={() => {
            save(draft);
          }}
          onCancel={() => {
            onDraft(null);
          }}
        />
      )}
    </section>
  );
}
